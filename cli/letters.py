"""Dead letters: send them into the Inbox again, as messages of their own."""

import time
from uuid import uuid5

from msgspec import MsgspecError

from cli import stack as stacks
from switchboard import queues
from switchboard.cloud import aws
from switchboard.ledger import dead_letters, versions
from switchboard.models import Envelope, decode_inbox
from switchboard.settings import Settings


class InboxSettings(Settings, frozen=True):
    inbox_url: str


def redrive(stack: str) -> dict[str, int]:
    """Send every dead letter into the Inbox again; how many, and how many nobody can read.

    Each becomes a new message: what its sender was told of the first stays true. Its changes are
    as old as they are, so they ask again before they run. Killed in between, a letter may be sent
    twice and is still one message.
    """
    stacks.enter(stack)
    return redrive_all()


def redrive_all() -> dict[str, int]:
    """As `redrive`, where the environment is that of the stack.

    What this release does not know of a letter is sent again as it was.
    """
    counts = {"redriven": 0, "unreadable": 0, "at": int(time.time())}
    for letter in dead_letters.list_all():
        try:
            found = decode_inbox(letter.body)
        except MsgspecError:
            counts["unreadable"] += 1
            continue
        if isinstance(found, Envelope):
            again = uuid5(found.id, dead_letters.redriven_name(found.id))
            payload = {
                "QueueUrl": InboxSettings.load().inbox_url,
                "MessageBody": versions.patched(letter.body, id=str(again)),
                "MessageGroupId": queues.group_of(found.lane),
                "MessageDeduplicationId": str(again),
            }
            aws.call("sqs", "SendMessage", payload)
            counts["redriven"] += 1
        dead_letters.forget(letter)
    return counts


def page(counts: dict[str, int]) -> str:
    """The counts for people."""
    sent, left = counts["redriven"], counts["unreadable"]
    return f"{sent} messages were sent in again, {left} cannot be read"
