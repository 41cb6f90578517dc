"""`/timezone`: says which zone a person's times are in, or sets it, wherever they write."""

from difflib import get_close_matches
from zoneinfo import available_timezones

from functions.approve import messages
from functions.approve.messages import Decided, Message
from switchboard.control import Word
from switchboard.errors import UnclearError
from switchboard.ledger import identities, people
from switchboard.phrases import say

WORD = Word(names=("timezone", "时区"), usage="[Europe/Berlin]", guarded=True)
MOST = 20
"""Identities that one transaction changes."""


def obey(given: Message) -> Decided:
    """The zone is in the rows that say who somebody is: so it is set here."""
    if not given.rest:
        text = say("timezone_is", given.locale, zone=people.zone_of(given.person))
        return Decided(text=text, guards=[messages.unchanged(given)])
    zone = _named("_".join(given.rest))
    own = people.sender_of(given.envelope)
    others = [one.sender for one in identities.listed(given.person.id) if one.sender != own]
    guards = identities.timezone_guards(given.person, own, others[:MOST], zone)
    text = say("timezone_set", given.locale, zone=zone)
    return messages.obeyed(given, text, f"timezone {zone}", guards)


def _named(name: str) -> str:
    """The zone that is called so, by IANA or by its city alone. Raises UnclearError."""
    known = {
        zone.casefold(): zone for zone in available_timezones() if "/" in zone or zone == "UTC"
    }
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    asked = name.casefold()
    if found := known.get(asked) or known.get(cities.get(asked, "")):
        return found
    (near,) = get_close_matches(asked, [*known, *cities], n=1) or [""]
    guess = known.get(near) or known.get(cities.get(near, ""), "Europe/Berlin")
    raise UnclearError("time zone", say="no_timezone", name=name[:40], guess=guess)
