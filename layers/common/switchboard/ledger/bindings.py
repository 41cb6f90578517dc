"""Accounts at a provider of OpenID Connect, and whose they are here.

An account is known by the provider's issuer and its subject there, which never change and are given
to nobody else (OpenID Connect Core, 5.7); never by an address of mail, which may be both.
"""

import hashlib

from switchboard.ledger import table, versions


def find(name: str) -> str:
    """The person whose account of that `name_of` it is; empty: nobody's."""
    row = table.read(*_key(name))
    return versions.read(row, _person) if row else ""


def name_of(issuer: str, subject: str) -> str:
    """One name for both."""
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()


def bind_guard(issuer: str, subject: str, person: str, now: float) -> table.Guard:
    """A guard of `commit`: the account is this person's from now on."""
    pk, sk = _key(name_of(issuer, subject))
    row: table.Row = {"pk": pk, "sk": sk, "person": person, "issuer": issuer}
    row |= {"subject": subject, "bound_at": now}
    return table.Guard(table.put(row, new=False), AssertionError)


def unbind(issuer: str, subject: str) -> None:
    """The account is nobody's from now on; sessions by it end with their next renewal."""
    table.remove(table.key(*_key(name_of(issuer, subject))))


def _person(row: table.Row) -> str:
    return str(row["person"])


def _key(name: str) -> tuple[str, str]:
    return f"oidc#{name}", "oidc"
