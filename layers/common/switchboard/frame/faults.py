"""How a call that was not done is put into words: the answer a person reads, by its end."""

from collections.abc import Callable

from switchboard import phrases
from switchboard.ledger import refs
from switchboard.ledger.states import OpState
from switchboard.models import Button, Command, Fault, Outcome, Result

# JSON-RPC 2.0, section 5.1, and its range for implementations
REJECTED, FAILED, UNKNOWN = -32602, -32000, -32001

Say = Callable[..., str]
"""`say(name, locale, **values)`: a phrase in the reader's language."""


BUTTONS = {
    "unknown_outcome": ("check", "repeat"),
    "too_old": ("repeat",),
    "stopped": ("repeat",),
    "grant_expired": ("repeat",),
    "grant_unfit": ("repeat",),
}
"""The control words that an answer's phrase offers."""


def fault(
    command: Command, code: int, name: str, /, say: Say = phrases.say, **values: object
) -> Result:
    """An answer that says why a call was not done; its phrase may name the call and its ref."""
    known = {
        "tool": command.params.meta.tool,
        "operation": phrases.operation_of(command, command.params.meta.locale),
        "ref": refs.ref_of(command.id),
    }
    locale = command.params.meta.locale
    text = say(name, locale, **{**known, **values})
    buttons = tuple(
        Button(phrases.say(f"button_{word}", locale), f"/{word} {known['ref']}")
        for word in BUTTONS.get(name, ())
    )
    return Result(id=command.id, error=Fault(code, text, buttons))


def asked(command: Command, name: str, /, say: Say, **values: object) -> Result:
    """An answer that asks back: nothing has failed."""
    text = say(name, command.params.meta.locale, **values)
    return Result(id=command.id, result=Outcome(text=text))


def only_asks(command: Command) -> bool:
    """Whether no try of it does anything but ask: what is approved is a call of its own."""
    meta = command.params.meta
    return meta.asks is not None and not (meta.grant or meta.looks or meta.undoes)


def unfinished(command: Command, attempt: int, *, changes: bool) -> tuple[Result, OpState]:
    """How a call ends that cannot be run (any more), and the state it ends in.

    A change that may have begun is UNKNOWN; one that never has is EXPIRED, as is one whose tries
    only asked: it was not done.
    """
    if not changes:
        return fault(command, FAILED, "unavailable"), OpState.FAILED
    if attempt and not only_asks(command):
        return fault(command, UNKNOWN, "unknown_outcome"), OpState.UNKNOWN
    return fault(command, REJECTED, "too_old"), OpState.EXPIRED
