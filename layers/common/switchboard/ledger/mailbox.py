"""Both sides of a conversation on the chat page: what was said, and the letters that answer it."""

from typing import Any

from msgspec import Struct, json

from switchboard.ledger import table, versions
from switchboard.models import Attachment, Button, Envelope, StoredFile

CLOCKS_SECONDS = 5.0
"""By how much the clock of who leaves a letter may be behind."""


class Said(Struct, frozen=True, kw_only=True):
    """What the person said, as the page shows it; `at` is when it came, seconds since 1970."""

    id: str
    text: str
    attachments: tuple[Attachment, ...]
    at: float


class Letter(Struct, frozen=True, kw_only=True):
    """One answer as the chat page shows it; `text` is Markdown, `at` seconds since 1970."""

    id: str
    in_reply_to: str
    text: str
    error: bool
    files: tuple[StoredFile, ...]
    buttons: tuple[Button, ...] = ()
    at: float


def leave(lane: str, letter: Letter) -> None:
    """Put a letter into a mailbox; the same letter again changes nothing."""
    body = json.encode(letter).decode()
    row: table.Row = {"pk": f"mailbox#{lane}", "sk": f"{letter.at:017.6f}-{letter.id}"}
    row |= {"letter": body, "expires_at": table.expiry(letter.at)}
    table.transact([table.put(row, new=False)])


def said_item(envelope: Envelope, now: float) -> dict[str, Any]:
    """The transaction's part that keeps a message's words, whose channel wants them kept.

    They stand where their commit was, so that a page that has read on finds them.
    """
    said = Said(
        id=envelope.kept_as,
        text=envelope.text,
        attachments=envelope.attachments,
        at=envelope.received_at,
    )
    row: table.Row = {"pk": f"mailbox#{envelope.lane}", "sk": f"{now:017.6f}-{said.id}"}
    row |= {"said": json.encode(said).decode(), "expires_at": table.expiry(now)}
    return table.put(row, new=False)


def list_letters(
    lane: str, after: str, now: float, limit: int = 50
) -> tuple[list[Letter | Said], str]:
    """What was left after the cursor `after`, oldest first, and the cursor that follows it.

    Those of the last seconds come again, and are known by their ids: a letter is dated by the clock
    of who left it, and may come after one that is dated later.
    """
    since = min(after, f"{max(now - CLOCKS_SECONDS, 0):017.6f}")
    rows = _after(lane, since, limit)
    if len(rows) == limit and str(rows[-1]["sk"]) <= after:  # nothing new would ever fit
        rows = _after(lane, after, limit)
    found = versions.readable(rows, _read)
    return found, max(after, str(rows[-1]["sk"])) if rows else after


def _read(row: table.Row) -> Letter | Said:
    if "said" in row:
        return json.decode(str(row["said"]), type=Said)
    return json.decode(str(row["letter"]), type=Letter)


def _after(lane: str, cursor: str, limit: int) -> list[table.Row]:
    return table.query(
        "pk = :pk AND sk > :after", limit=limit, pk=f"mailbox#{lane}", after=cursor or "0"
    )
