"""By which sender of the chat page a person acts who signs in there."""

from msgspec import Struct

from switchboard.channels.web.session import ACCOUNT
from switchboard.ledger import identities, people
from switchboard.ledger.people import Person
from switchboard.ledger.table import Guard
from switchboard.models import ROLES

PAGE = f"web/{ACCOUNT}/"


class Acting(Struct, frozen=True):
    """A sender id of the page; the guards make it the person's, if it is not yet."""

    sender: str
    guards: tuple[Guard, ...] = ()


def of(person: str) -> Acting | None:
    """The person's own; who has none gets the one that is called as they are.

    That is with the least role that they have elsewhere, and only if it is nobody's. None: nobody
    acts as this person any more.
    """
    if is_theirs(person, person):
        return Acting(person)
    known = identities.listed(person)
    here = sorted(one.sender.removeprefix(PAGE) for one in known if one.sender.startswith(PAGE))
    for sender in here:
        if is_theirs(sender, person):
            return Acting(sender)
    found = [one for each in known if (one := _acting(each.sender, person))]
    if not found:
        return None
    least = min(found, key=lambda one: ROLES.index(one.role))
    return Acting(person, tuple(people.pair_guards(f"{PAGE}{person}", least, new=True)))


def is_theirs(sender: str, person: str) -> bool:
    """Whether the page's sender is still this person."""
    found = people.person_at("web", ACCOUNT, sender)
    return found is not None and found.id == person


def _acting(sender: str, person: str) -> Person | None:
    channel, account, identity = sender.split("/", 2)
    found = people.person_at(channel, account, identity)
    return found if found and found.id == person and found.role in ROLES else None
