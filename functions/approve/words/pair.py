"""`/pair`: an admin invites somebody, by a code that makes whoever writes it that person, once."""

import re
import unicodedata

from functions.approve import messages
from functions.approve.messages import Decided, Message
from switchboard import audit
from switchboard.control import Word
from switchboard.errors import BadRequestError, NotAllowedError, UnclearError
from switchboard.ledger import identities, people
from switchboard.ledger.identities import Invitation
from switchboard.models import ROLES
from switchboard.phrases import say

WORD = Word(names=("pair", "配对"), usage="CODE | NAME [ROLE]", guarded=True)
NAME = re.compile(r"[\w.-]{1,40}")
ROLES_IN = {"访客": "guest", "成员": "member", "管理员": "admin"}


def obey(given: Message) -> Decided:
    """Strangers may write a code, and nothing else; only admins may invite."""
    if not given.person.id:
        return _redeemed(given, "".join(given.rest))
    if not people.is_at_least(given.person, "admin"):
        raise NotAllowedError("paired already", say="already_paired", name=given.person.name)
    return _invited(given)


def _redeemed(given: Message, code: str) -> Decided:
    """A right code beyond the limit is as good as a wrong one, and is not answered."""
    envelope, now = given.envelope, given.now
    seen = identities.guesses(envelope)
    if seen.until > now and seen.count >= identities.GUESSES:
        return Decided()
    guard = identities.guess_guard(envelope, seen, now)
    found = identities.find(code, now) if identities.is_code(code) else None
    if found is None:
        text = say("wrong_pairing_code", given.locale, sender=envelope.sender.id)
        record = audit.denied(envelope, "", "wrong_code", now)
        return Decided(text=text, audits=[record], guards=[guard])
    text = say("paired", given.locale, name=found.name, role=say(found.role, given.locale))
    guards = [guard, *identities.redeem_guards(code, found, envelope, now)]
    return messages.obeyed(given, text, f"pair {found.person} {found.role}", guards)


def _invited(given: Message) -> Decided:
    if given.envelope.chat != "direct":
        raise BadRequestError("a group", say="not_in_a_group", word="/pair")
    if not given.rest:
        raise UnclearError("no name", say="whom_to_pair")
    name, role = _named(given.rest[0]), _role(" ".join(given.rest[1:]))
    known = identities.listed(name)
    if known and role not in {"", known[0].role}:
        values = {"name": name, "role": say(known[0].role, given.locale)}
        raise BadRequestError("another role", say="has_another_role", **values)
    invitation = Invitation(
        person=name,
        name=name,
        role=known[0].role if known else role or "member",
        by=people.sender_of(given.envelope),
    )
    code = identities.code()
    guards = [messages.unchanged(given), identities.invite_guard(code, invitation, given.now)]
    phrase = "invited_again" if known else "invited"
    text = say(phrase, given.locale, name=name, role=say(invitation.role, given.locale), code=code)
    return messages.obeyed(given, text, f"invite {name} {invitation.role}", guards)


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
