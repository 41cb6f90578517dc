"""Who may run what: by role and risk. What is not listed is denied."""

from typing import get_args

from msgspec import structs

from switchboard import config
from switchboard.errors import NotAllowedError
from switchboard.ledger.people import Person
from switchboard.models import Role
from switchboard.sdk.manifest import Risk

ALLOWED: dict[str, frozenset[Risk]] = {
    "guest": frozenset({Risk.READ}),
    "member": frozenset({Risk.READ, Risk.WRITE}),
    "admin": frozenset(Risk),
}


def check(person: Person, risk: Risk) -> None:
    """Raises NotAllowedError unless this person may run what has this risk, now."""
    if risk not in ALLOWED.get(person.role, frozenset()):
        raise NotAllowedError(f"role {person.role}")
    if risk in config.load().security.second_factor.required_for:
        raise NotAllowedError("no grant", say="needs_approval")


def within(person: Person, most: Role) -> Person:
    """The person with no higher a role than `most`; a role that nobody knows stays as it is."""
    roles = get_args(Role)
    higher = roles[roles.index(most) + 1 :]
    return structs.replace(person, role=most) if person.role in higher else person
