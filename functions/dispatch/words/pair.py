"""`/pair`: an admin invites somebody, by a code that makes whoever writes it that person, once."""

import re
import unicodedata

from functions.dispatch import policy
from functions.dispatch.decisions import Case, Decision, spoken
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.errors import BadRequestError, NotAllowedError, UnclearError
from switchboard.ledger import identities
from switchboard.ledger.identities import Invitation
from switchboard.models import ROLES
from switchboard.phrases import say

WORD = Word(names=("pair", "配对"), usage="CODE | NAME [ROLE]")
NAME = re.compile(r"[\w.-]{1,40}")
ROLES_IN = {"访客": "guest", "成员": "member", "管理员": "admin"}


def obey(case: Case, rest: list[str]) -> Decision:
    """Strangers may write a code, and nothing else; only admins may invite."""
    if not case.person.id:
        return _redeemed(case, "".join(rest))
    if not policy.is_at_least(case.person, "admin"):
        raise NotAllowedError("paired already", say="already_paired", name=case.person.name)
    return _invited(case, rest)


def _redeemed(case: Case, code: str) -> Decision:
    """A right code beyond the limit is as good as a wrong one, and is not answered."""
    envelope, now = case.envelope, case.now
    seen = identities.guesses(envelope)
    if seen.until > now and seen.count >= identities.GUESSES:
        return Decision(reason="too_many_guesses")
    guard = identities.guess_guard(envelope, seen, now)
    found = identities.find(code, now) if identities.is_code(code) else None
    if found is None:
        text = say("wrong_pairing_code", case.locale, sender=envelope.sender.id)
        return Decision(answer=spoken(case, text), reason="wrong_code", guards=(guard,))
    text = say("paired", case.locale, name=found.name, role=say(found.role, case.locale))
    return Decision(
        answer=spoken(case, text),
        said=f"pair {found.person} {found.role}",
        guards=(guard, *identities.redeem_guards(code, found, envelope, now)),
    )


def _invited(case: Case, rest: list[str]) -> Decision:
    if case.envelope.chat != "direct":
        raise BadRequestError("a group", say="not_in_a_group", word="/pair")
    if not rest:
        raise UnclearError("no name", say="whom_to_pair")
    name, role = _named(rest[0]), _role(" ".join(rest[1:]))
    known = identities.listed(name)
    if known and role not in {"", known[0].role}:
        values = {"name": name, "role": say(known[0].role, case.locale)}
        raise BadRequestError("another role", say="has_another_role", **values)
    invitation = Invitation(
        person=name,
        name=name,
        role=known[0].role if known else role or "member",
        by=policy.sender_of(case.envelope),
    )
    code = identities.code()
    guard = identities.invite_guard(code, invitation, case.now)
    phrase = "invited_again" if known else "invited"
    text = say(phrase, case.locale, name=name, role=say(invitation.role, case.locale), code=code)
    said = f"invite {name} {invitation.role}"
    used = Amounts(messages=1)
    return Decision(answer=spoken(case, text), said=said, used=used, guards=(guard,))


def _named(said: str) -> str:
    """A person's id: in lower case, and in one way of writing it. Raises BadRequestError."""
    name = unicodedata.normalize("NFKC", said).lower()
    if not NAME.fullmatch(name):
        raise BadRequestError("name", say="no_such_name", name=said[:40])
    return name


def _role(said: str) -> str:
    role = ROLES_IN.get(said, said.lower())
    if role and role not in ROLES:
        raise BadRequestError("role", say="no_such_role", name=said[:40])
    return role
