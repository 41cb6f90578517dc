"""What policy says about one call: a ruling. The rules that need no more than a role are here."""

from typing import Literal

from msgspec import Struct

from switchboard import config
from switchboard.models import ROLES, Locale
from switchboard.phrases import say
from switchboard.sdk.manifest import Risk
from switchboard.text import Text, in_

ALLOWED: dict[str, frozenset[Risk]] = {
    "guest": frozenset({Risk.READ}),
    "member": frozenset({Risk.READ, Risk.WRITE}),
    "admin": frozenset(Risk),
}


class Ruling(Struct, frozen=True, kw_only=True):
    """Whether a call may run, and who has to say yes to it first."""

    effect: Literal["allow", "ask", "deny"]
    rule: str = ""
    """The id of the rule that decided; empty where none matched, which denies."""
    reason: Text = {}
    """The rule's own words for it, by language."""
    approvers: tuple[str, ...] = ()
    """Of `ask`: the roles that may say yes. Whoever asked may, with such a role."""
    four_eyes: bool = False
    """Of `ask`: it takes somebody else than who asked."""
    code: bool = False
    """Of `ask`: a yes needs a one-time code."""

    def why(self, locale: Locale) -> str:
        """In plain words, in the reader's language."""
        return in_(self.reason, locale) if self.reason else say("role_too_low", locale)


def by_role(role: str, risk: Risk) -> Ruling:
    """What the role decides."""
    if risk not in ALLOWED.get(role, frozenset()):
        return Ruling(effect="deny")
    if risk in config.load().security.second_factor.required_for:
        approvers = ROLES[ROLES.index(role) :]
        return Ruling(effect="ask", rule="second_factor", approvers=approvers, code=True)
    return Ruling(effect="allow", rule=role)
