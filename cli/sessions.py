"""Links to the chat page: a session is a signed token in the link's fragment."""

import time

import jwt

from cli import people
from cli import stack as stacks
from cli.connections import PAGE, tell_console
from cli.problems import CommandError
from switchboard.channels.web.session import AUDIENCE

HOURS = 12
CONNECT = f"switchboard connect {PAGE} session_secret=$(openssl rand -hex 32)"


def link(stack: str, sender: str, url: str = "") -> str:
    """A link that opens the chat page, at `url` or the stack's own, as `sender` for HOURS.

    Raises CommandError when the page is not connected, or the sender is nobody.
    """
    token = session(stack, sender)
    return f"{url or stacks.outputs(stack)['Url']}/chat/index.html#session={token}"


def session(stack: str, sender: str) -> str:
    """The token of such a link, by which the console knows them too."""
    values = stacks.parameter(stack, "ingest").get(PAGE, {})
    if not values.get("session_secret"):
        raise CommandError(f"the chat page is not connected: `{CONNECT}`")
    people.require_paired(stack, f"{PAGE}/{sender}")
    tell_console(stack, values)
    claims = {"sub": sender, "aud": AUDIENCE, "exp": int(time.time()) + HOURS * 3600}
    return jwt.encode(claims, values["session_secret"], algorithm="HS256")
