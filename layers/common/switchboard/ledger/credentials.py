"""Credentials: people's own connections to tools, as rows keep them: sealed.

    credential#<tool>   <person>   what the tool is let in with; `renewal` brings another
    connected#<person>  <tool>     that there is one, and since when

Both are written together, by the page that takes them, and removed together. Only the tool reads
the first; dispatch may read the second, and checks it in the commit that plans a call.
"""

from typing import Any

from msgspec import Struct

from switchboard.cloud.aws import AwsError
from switchboard.errors import AppError
from switchboard.ledger import table, versions
from switchboard.ledger.table import Guard

RENEWAL_SECONDS = 30.0
"""How long one environment renews a token, before another may: longer than its vendor is waited
for."""
MOST = 100
"""Tools that one person is connected to."""


class StaleError(AppError):
    """Which tools the person has connected has changed; read it again and decide again."""


class Credential(Struct, frozen=True, kw_only=True):
    """A person's credential, as its row was read."""

    tool: str
    person: str
    sealed: str
    """The connection's values by name, sealed."""
    renewal: str = ""
    """The refresh token, sealed; empty: there is none."""
    until: float = 0.0
    """When what is sealed is over, in seconds since 1970; 0: nobody says."""

    def __repr__(self) -> str:
        return f"Credential({self.tool})"


def find(tool: str, person: str) -> Credential | None:
    """The person's credential for the tool, if they have one. Raises UnreadableError."""
    row = table.read(f"credential#{tool}", person)
    return versions.read(row, _credential) if row else None


def keep_items(credential: Credential, now: float) -> list[dict[str, Any]]:
    """The transaction's parts by which it is the person's, instead of any that they had."""
    row: table.Row = {"pk": f"credential#{credential.tool}", "sk": credential.person}
    row |= {name: getattr(credential, name) for name in ("sealed", "renewal", "until")}
    known: table.Row = {"pk": f"connected#{credential.person}", "sk": credential.tool, "at": now}
    return [table.put(row, new=False), table.put(known, new=False)]


def remove_guards(person: str, tools: frozenset[str]) -> list[Guard]:
    """Guards of `commit`: the person has none for these tools from now on."""
    keys = [(f"{kind}#{a}", b) for one in sorted(tools) for kind, a, b in _places(person, one)]
    return [Guard(table.delete(table.key(*key), ""), StaleError) for key in keys]


def tools_of(person: str) -> frozenset[str]:
    """The tools that the person has connected."""
    rows = table.query("pk = :pk", limit=MOST, pk=f"connected#{person}")
    return frozenset(str(row["sk"]) for row in rows)


def known_guard(person: str, tool: str, *, own: bool) -> Guard:
    """A guard of `commit`: the person still has connected the tool, or else still has not."""
    there = "attribute_exists(pk)" if own else "attribute_not_exists(pk)"
    return Guard(table.check(table.key(f"connected#{person}", tool), there), StaleError)


def begin_renewal(found: Credential, now: float) -> bool:
    """Whether its token is for us alone to renew, for RENEWAL_SECONDS."""
    return _moved(
        found,
        "SET renewing_until = :until",
        " AND (attribute_not_exists(renewing_until) OR renewing_until <= :now)",
        until=now + RENEWAL_SECONDS,
        now=now,
    )


def end_renewal(found: Credential, renewed: Credential) -> bool:
    """Let the row be the renewed one; False: it is not what it was."""
    change = "SET sealed = :new, renewal = :renewal, #until = :until REMOVE renewing_until"
    facts: table.Row = {"new": renewed.sealed, "renewal": renewed.renewal, "until": renewed.until}
    return _moved(found, change, "", **facts)


def leave_renewal(found: Credential) -> None:
    """The next may try: this one came to nothing."""
    _moved(found, "REMOVE renewing_until", "")


def _moved(found: Credential, change: str, also: str, **values: table.Value) -> bool:
    where = table.key(f"credential#{found.tool}", found.person)
    same = f"sealed = :sealed{also}"
    try:
        table.write(table.update(where, change, same, sealed=found.sealed, **values))
    except AwsError as error:
        if not error.condition_failed:
            raise
        return False
    return True


def _places(person: str, tool: str) -> tuple[tuple[str, str, str], ...]:
    return ("credential", tool, person), ("connected", person, tool)


def _credential(row: table.Row) -> Credential:
    return Credential(
        tool=str(row["pk"]).partition("#")[2],
        person=str(row["sk"]),
        sealed=str(row["sealed"]),
        renewal=str(row["renewal"]),
        until=table.number(row["until"]),
    )
