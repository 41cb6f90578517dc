"""`/timezone`: says which zone a person's times are in, or sets it, wherever they write."""

from difflib import get_close_matches
from zoneinfo import available_timezones

from functions.dispatch import policy
from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.errors import UnclearError
from switchboard.ledger import identities, people
from switchboard.phrases import say

WORD = Word(names=("timezone", "时区"), usage="[Europe/Berlin]")
MOST = 20
"""Identities that one transaction changes."""


def obey(case: Case, rest: list[str]) -> Decision:
    """Counts as a message when it only tells."""
    if not rest:
        text = say("timezone_is", case.locale, zone=people.zone_of(case.person))
        return Decision(answer=spoken(case, text), used=Amounts(messages=1))
    zone = _named("_".join(rest))
    own = policy.sender_of(case.envelope)
    others = [one.sender for one in identities.listed(case.person.id) if one.sender != own]
    guards = identities.timezone_guards(case.person, own, others[:MOST], zone)
    return Decision(
        answer=spoken(case, say("timezone_set", case.locale, zone=zone)),
        said=f"timezone {zone}",
        guards=tuple(guards),
        changes_asker=True,
    )


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
