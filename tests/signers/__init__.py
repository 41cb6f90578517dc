"""Genuine webhooks of every channel, for the tests that hold for all of them.

A channel's signer is the module of its name, with:

VALUES: dict[str, str]                 all the values it needs, in and out; examples
message(text, *, number, now, chat=1, user=1, values=VALUES) -> event
                                       a person's message to `<name>/main`, as API Gateway gives it;
                                       the same number in the same chat is the same message
SENDER(user) -> str                    the sender id that is parsed out of it
EVENTS: list[dict]                     one decoded body of every kind that the channel understands
signed(found, *, now, values=VALUES) -> event
                                       any such body, or bytes, as the platform sends it:
                                       encrypted, signed
file_message(text, *, name, media_type, ...as message) -> event
                                       where the channel has files; both are made by `saying`
IGNORED: list[dict]                    bodies that hold no message of a person to us: our own echo,
                                       an edit, an unknown kind
OTHERS: dict[str, dict]                bodies by what they are, as "quoted" or "a bot's": genuine,
                                       but not what a person says there and then, with `YES` in them
MALFORMED: list                        bodies, or bytes, that its platform would not send: of
                                       another shape, or without what says who, where or which
ODD: list[dict]                        where one webhook holds several things: bodies with one
                                       that is malformed, which costs nothing but itself
together(*bodies) -> body              all their things in one webhook
HANDSHAKES: list[event]                where the platform has set-up requests; signed at NOW
HOLDS: int                             seconds around its time in which a signature holds, where it
                                       is a time of the platform's own
REFUSALS: list[(error, status, body)]  its answers to a message, and what each is to us
ELSEWHERE: list[dict]                  sources of files that are not where it keeps them
UNSIGNED: set[str]                     kinds of forgery (tests/forging) that its platform cannot
                                       prevent: it signs no time, no body or no header
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from switchboard.channels import registry


def signer(name: str) -> Any:
    """The channel's own; a short one may stand in the channel's test file instead."""
    own = f"tests.signers.{name}"
    return import_module(own if find_spec(own) else f"tests.channels.test_{name}")


def accounts() -> dict[str, dict[str, str]]:
    """An account of every channel: what ingest and deliver are told in one parameter."""
    return {f"{name}/main": dict(signer(name).VALUES) for name in registry.names()}
