"""Links to the chat page: a session is a signed token in the link's fragment."""

import time

import jwt

from cli import stack as stacks
from switchboard.channels.web.session import AUDIENCE

HOURS = 12


def link(stack: str, sender: str, url: str = "") -> str:
    """A link that opens the chat page, at `url` or the stack's own, as `sender` for HOURS."""
    secret = stacks.parameter(stack, "ingest")["web/main"]["session_secret"]
    claims = {"sub": sender, "aud": AUDIENCE, "exp": int(time.time()) + HOURS * 3600}
    token = jwt.encode(claims, secret, algorithm="HS256")
    return f"{url or stacks.outputs(stack)['Url']}/chat/index.html#session={token}"
