"""What the web channel has pushed: letters that the chat page fetches."""

from msgspec import Struct, json

from switchboard.ledger import table, versions
from switchboard.models import Button, StoredFile


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


def list_letters(lane: str, after: str, limit: int = 50) -> tuple[list[Letter], str]:
    """The letters after the cursor `after`, oldest first, and the cursor that follows them."""
    rows = table.query(
        "pk = :pk AND sk > :after", limit=limit, pk=f"mailbox#{lane}", after=after or "0"
    )
    found = versions.readable(rows, lambda row: json.decode(str(row["letter"]), type=Letter))
    return found, str(rows[-1]["sk"]) if rows else after
