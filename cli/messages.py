"""One message through the whole stack, as the chat page would send it, and its answer."""

import time
from typing import Any
from uuid import uuid4

from msgspec import Struct

from cli import sessions
from cli import stack as stacks
from cli.problems import CommandError
from switchboard.channels.base import envelope_id
from switchboard.net import http

OK = 200
LOOK_SECONDS = 0.25
REFUSED = {
    401: "it has another secret of the page: `switchboard doctor`, then try again",
    404: "the chat page is not connected: `switchboard connect web/main …`",
    413: "it is too long",
    429: "the API is throttled: try again in a moment",
}
"""Why a message of the page may not be taken, and what to do."""


class Told(Struct, frozen=True):
    """The answer to a message."""

    run: str
    text: str
    """Markdown."""
    error: bool
    files: list[dict[str, Any]]
    """Each with its `name`, `size` in bytes, and `url`."""
    seconds: float
    """From the message to its answer."""


def send(stack: str, sender: str, text: str, patience: float) -> Told:
    """Write `text` as the chat page's `sender`, and wait `patience` seconds for its answer.

    Raises CommandError when there is none, and AppError when the stack cannot be reached.
    """
    if not text.strip():
        raise CommandError('the message is empty: write one, as `switchboard try "/help"`')
    url = stacks.outputs(stack)["Url"]
    headers = {"authorization": f"Bearer {sessions.session(stack, sender)}"}
    number, after = str(uuid4()), _cursor(url, headers)
    run, began = str(envelope_id("web", "main", sender, number)), time.monotonic()
    body = {"id": number, "text": text, "locale": ""}
    said = http.call("POST", f"{url}/webhook/web/main", body, headers)
    if said.status != OK:
        why = REFUSED.get(said.status, "its log says why")
        raise CommandError(f"ingest answered {said.status}, and took no message: {why}")
    while time.monotonic() < began + patience:
        for letter in _letters(url, headers, after)["messages"]:
            if letter["in_reply_to"] == number:
                seconds = round(time.monotonic() - began, 2)
                return Told(run, letter["text"], letter["error"], letter["files"], seconds)
        time.sleep(LOOK_SECONDS)
    raise CommandError(
        f"no answer within {patience:g} s; it may still come: `switchboard ledger show {run}` "
        "says how far it is, `switchboard doctor` what is wrong"
    )


def _cursor(url: str, headers: dict[str, str]) -> str:
    """Where the letters that are there already end."""
    after = ""
    while (found := _letters(url, headers, after))["cursor"] != after:
        after = found["cursor"]
    return after


def _letters(url: str, headers: dict[str, str], after: str) -> dict[str, Any]:
    found = http.call("GET", f"{url}/chat/api/messages?after={after}", None, headers)
    if found.status != OK:
        raise CommandError(
            f"the page's answers cannot be read: the console answered {found.status}"
        )
    return found.body


def page(told: Told) -> str:
    """The answer for people."""
    files = [f"{file['name']} ({file['size']} bytes): {file['url']}" for file in told.files]
    return "\n".join([told.text, *files])
