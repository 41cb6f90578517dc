"""Tickets: what makes a link good once, for one purpose, and for ten minutes.

A ticket is a row under the hash of a random token, which is in the link and nowhere else: who reads
the table cannot make the link. Looking at a ticket leaves it; it is used by the transaction that it
is for, so that of any number at once one has it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, json

from switchboard.cloud.aws import AwsError
from switchboard.errors import BadRequestError
from switchboard.ledger import table, versions
from switchboard.ledger.table import Guard

SECONDS = 600.0
TOKEN_BYTES = 32


class Ticket(Struct, frozen=True, kw_only=True):
    """What whoever has its token may do, as the sender who asked for it."""

    purpose: str
    """What it is for, as `connect`: a ticket for one thing is none for another, and functions may
    be let write or use those of some purposes alone."""
    person: str
    sender: str = ""
    """Who asked, as `channel/account/id`."""
    data: dict[str, str] = {}
    """What else its purpose needs to know; nothing secret, unless hashed."""
    until: float = 0.0
    """Set when it is issued."""


def token() -> str:
    """A new one, in figures that no chat takes for its markup: 256 bits."""
    return secrets.token_hex(TOKEN_BYTES)


def issue_guard(token: str, ticket: Ticket, now: float) -> Guard:
    """A guard of `commit`: the token is good for this ticket from now on."""
    row: table.Row = {
        "pk": _place(token, ticket.purpose),
        "sk": "ticket",
        "person": ticket.person,
        "sender": ticket.sender,
        "data": json.encode(ticket.data).decode(),
        "until": now + SECONDS,
        "expires_at": table.expiry(now, SECONDS),
    }
    return Guard(table.put(row), used)


def find(token: str, purpose: str, now: float) -> Ticket:
    """The ticket as it is. Raises BadRequestError: there is none, it was used, or is over."""
    row = table.read(_place(token, purpose), "ticket")
    ticket = versions.read(row, _ticket) if row else None
    if ticket is None or ticket.until <= now:
        raise used()
    return ticket


def use_guard(token: str, purpose: str, now: float) -> Guard:
    """A guard of a transaction: with it the ticket is gone, and without it nothing happens."""
    there = "attribute_exists(pk) AND #until > :now"
    return Guard(table.delete(table.key(_place(token, purpose), "ticket"), there, now=now), used)


def transact(items: Iterable[dict[str, Any]]) -> None:
    """Do all that the link is for, or raise `used()`: its ticket is gone, or what it was issued for
    is no longer so."""
    try:
        table.transact([*items])
    except AwsError as error:
        if not error.condition_failed:
            raise
        raise used() from None


def used() -> BadRequestError:
    """What is said of a link whose ticket is not there any more, for whatever reason."""
    return BadRequestError("no such ticket", say="ticket_gone")


def _place(token: str, purpose: str) -> str:
    digest = hashlib.sha256(f"switchboard {purpose} {token}".encode()).hexdigest()
    return f"ticket#{purpose}/{digest}"


def _ticket(row: table.Row) -> Ticket:
    return Ticket(
        purpose=str(row["pk"]).partition("#")[2].partition("/")[0],
        person=str(row["person"]),
        sender=str(row["sender"]),
        data=json.decode(str(row["data"]), type=dict[str, str]),
        until=table.number(row["until"]),
    )
