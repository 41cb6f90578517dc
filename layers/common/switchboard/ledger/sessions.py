"""Sessions of people who signed in: each is renewed by a token that is used once.

A renewal gives another token, and the one before is dead (RFC 9700, 4.14.2). Who shows a dead one
has it from somewhere, or somebody else had it first: the session is over then, for both. Except
in the first seconds: two tabs of one browser may show the same token at once, and the second is
let in without another. What is kept of tokens are hashes.
"""

import hashlib
import hmac
import secrets

from msgspec import Struct

from switchboard.ledger import conditions, table, versions

LIFE_SECONDS = 12 * 3_600.0
"""From signing in, however often it is renewed."""
GRACE_SECONDS = 10.0
"""How long the token before may be shown beside its successor."""


class Entry(Struct, frozen=True, kw_only=True):
    """How somebody has signed in."""

    person: str
    way: str
    """`password`, or `oidc` for a provider of OpenID Connect."""
    proof: str
    """What they signed in by, as it was then: another one ends the session."""
    amr: tuple[str, ...]
    """How it was shown that it is them (RFC 8176)."""


class Session(Struct, frozen=True, kw_only=True):
    """A session as its row was read."""

    id: str
    entry: Entry
    sender: str
    """The chat page's sender id that the person acts by."""
    auth_time: float
    until: float
    current: str
    previous: str
    rotated_at: float


class Renewed(Struct, frozen=True):
    """A session that goes on; `token` is the next one to show, if there is another."""

    session: Session
    token: str = ""

    def __repr__(self) -> str:
        return "Renewed()"


def new_token() -> str:
    """The first token of a new session: its id, and a secret of 256 bits."""
    return f"{secrets.token_hex(16)}.{secrets.token_urlsafe(32)}"


def begin_guard(token: str, sender: str, entry: Entry, now: float) -> table.Guard:
    """A guard of `commit`: the session of this token begins, of who signed in just now."""
    id_, secret = _parts(token)
    row: table.Row = {
        "pk": f"session#{id_}",
        "sk": "session",
        "person": entry.person,
        "sender": sender,
        "way": entry.way,
        "proof": entry.proof,
        "amr": [*entry.amr],
        "auth_time": now,
        "until": now + LIFE_SECONDS,
        "current": _hash(secret),
        "previous": "",
        "rotated_at": now,
        "expires_at": table.expiry(now, LIFE_SECONDS),
    }
    return table.Guard(table.put(row), AssertionError)


def find(token: str, now: float) -> Session | None:
    """The session that the token is or was of, while it lasts. Raises UnreadableError."""
    row = table.read(f"session#{_parts(token)[0]}", "session")
    found = versions.read(row, session_of) if row else None
    return found if found and found.until > now else None


def renew(found: Session, token: str, now: float) -> Renewed | None:
    """Let the session go on by its next token; None: the token is dead, and the session with it."""
    given = _hash(_parts(token)[1])
    following = f"{found.id}.{secrets.token_urlsafe(32)}"
    if hmac.compare_digest(given, found.current):
        move = table.update(
            table.key(f"session#{found.id}", "session"),
            "SET #current = :next, previous = :given, rotated_at = :now",
            "#current = :given AND #until > :now",
            next=_hash(_parts(following)[1]),
            given=given,
            now=now,
        )
        if conditions.holds(move):
            return Renewed(found, following)
        again = find(token, now)  # another tab was first
    else:
        again = found
    early = again is not None and now - again.rotated_at < GRACE_SECONDS
    if again and early and hmac.compare_digest(given, again.previous):
        return Renewed(again)
    end(found)
    return None


def is_of(found: Session, token: str) -> bool:
    """Whether the token renews the session, or did so last."""
    given = _hash(_parts(token)[1])
    return sum(hmac.compare_digest(given, one) for one in (found.current, found.previous)) > 0


def end(found: Session) -> None:
    """The session is over: none of its tokens renews it."""
    table.remove(table.key(f"session#{found.id}", "session"))


def session_of(row: table.Row) -> Session:
    amr = row["amr"]
    return Session(
        id=str(row["pk"]).partition("#")[2],
        entry=Entry(
            person=str(row["person"]),
            way=str(row["way"]),
            proof=str(row["proof"]),
            amr=tuple(amr) if isinstance(amr, list) else (),
        ),
        sender=str(row["sender"]),
        auth_time=table.number(row["auth_time"]),
        until=table.number(row["until"]),
        current=str(row["current"]),
        previous=str(row["previous"]),
        rotated_at=table.number(row["rotated_at"]),
    )


def _parts(token: str) -> tuple[str, str]:
    """The id of the token's session, and its secret."""
    id_, _, secret = token.partition(".")
    return id_[:64], secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
