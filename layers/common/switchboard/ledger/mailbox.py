"""What the web channel has pushed: letters that the chat page fetches."""

from msgspec import Struct, json

from switchboard.ledger import table, versions
from switchboard.models import Button, StoredFile

CLOCKS_SECONDS = 5.0
"""By how much the clock of who leaves a letter may be behind."""


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


def list_letters(lane: str, after: str, now: float, limit: int = 50) -> tuple[list[Letter], str]:
    """The letters after the cursor `after`, oldest first, and the cursor that follows them.

    Those of the last seconds come again, and are known by their ids: a letter is dated by the clock
    of who left it, and may come after one that is dated later.
    """
    since = min(after, f"{max(now - CLOCKS_SECONDS, 0):017.6f}")
    rows = _after(lane, since, limit)
    if len(rows) == limit and str(rows[-1]["sk"]) <= after:  # nothing new would ever fit
        rows = _after(lane, after, limit)
    found = versions.readable(rows, lambda row: json.decode(str(row["letter"]), type=Letter))
    return found, max(after, str(rows[-1]["sk"])) if rows else after


def _after(lane: str, cursor: str, limit: int) -> list[table.Row]:
    return table.query(
        "pk = :pk AND sk > :after", limit=limit, pk=f"mailbox#{lane}", after=cursor or "0"
    )
