"""Signing in by name, password and code, and what a session is renewed by.

Whatever is wrong, the answer is one and takes as many calls: who tries learns neither whose name
there is, nor which of the three was wrong.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from msgspec import Struct

from functions.signin import identity, oidc, passwords
from switchboard.cloud.aws import AwsError
from switchboard.credentials import codes
from switchboard.errors import BadRequestError
from switchboard.ledger import attempts, factors, sessions, table
from switchboard.ledger import passwords as kept
from switchboard.ledger.sessions import Entry, Session
from switchboard.ledger.table import Guard

PER_PERSON, PER_SOURCE = 10, 30
"""Attempts in a quarter of an hour; a source is an address, or 2**64 of IPv6."""
AMR = ("pwd", "otp")


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is typed into the form."""

    person: str
    password: str
    code: str

    def __repr__(self) -> str:
        return "Asked()"


def sign_in(asked: Asked, source: str, now: float) -> str | None:
    """The token of a new session; None: something is wrong, or there were too many attempts."""
    person, code = asked.person.strip()[:100], asked.code.strip()
    if not (person and codes.is_code(code)):
        return None
    if not (
        attempts.reserve(f"from {_network(source)}", PER_SOURCE, now)
        and attempts.reserve(f"as {person}", PER_PERSON, now)
    ):
        return None
    found = kept.find(person)
    right = passwords.is_right(found.hash if found else "", asked.password)
    guard = _used_code(person, code, now, right=right)
    return _begun(person, guard, now) if guard else None


def proof(person: str) -> str:
    """What the person signs in by, as it is now; empty when that is not enough any more."""
    factor, password = factors.find(person), kept.find(person)
    if not (factor and password and factor.state == factors.FactorState.ACTIVE):
        return ""
    return f"{factor.enrolled_at} {password.changed_at}"


def _begun(person: str, guard: Guard, now: float) -> str | None:
    who, proved = identity.of(person), proof(person)
    if who is None or not proved:
        return None
    token = sessions.new_token()
    entry = Entry(person=person, way="password", proof=proved, amr=AMR)
    begin = sessions.begin_guard(token, who.sender, entry, now)
    try:
        table.transact([one.item for one in (guard, begin, *who.guards)])
    except AwsError as error:
        if not error.condition_failed:
            raise
        return None  # the code was used meanwhile, or the sender is somebody else
    return token


def _used_code(person: str, code: str, now: float, *, right: bool) -> Guard | None:
    """The guard that uses the code up; it is looked at only if the password is `right`.

    So who knows a name alone cannot lock its factor. All ways out cost the same calls.
    """
    try:
        if right:
            return codes.check(person, code, now)
        factors.find(person)
    except factors.NotReadyError:
        pass  # nothing was compared
    except BadRequestError:
        return None
    codes.decline(now)
    return None


def holds(found: Session) -> bool:
    """Whether what the session began with is still so."""
    person, kept_by = found.entry.person, found.entry.proof
    now = oidc.proof(kept_by, person) if found.entry.way == "oidc" else proof(person)
    return now == kept_by and identity.is_theirs(found.sender, person)


def _network(source: str) -> str:
    try:
        address = ip_address(source)
    except ValueError:
        return ""
    wide = isinstance(address, IPv6Address)
    return str(ip_network(f"{address}/64", strict=False)) if wide else str(address)
