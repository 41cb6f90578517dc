"""The page where a person enrols: their authenticator app, and a password for the chat page.

The link's ticket is behind its `#`, which no browser sends with an address: a script moves it into
a form. It is used with the first right code, in the transaction that makes the factor active and
sets the password; until then nothing has changed, however often the page is opened.
"""

from collections.abc import Callable
from typing import Any

import segno
from msgspec import Struct

from functions.signin import passwords
from switchboard import observe, pages
from switchboard.credentials import codes, enrolling
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import factors, people, tickets
from switchboard.ledger import passwords as kept
from switchboard.ledger.factors import FactorState
from switchboard.pages import Answer, Request
from switchboard.phrases import public, say
from switchboard.settings import StackSettings

AGAIN = {"wrong_code", "no_code", "password_length", "password_is_name"}
"""What can be mended by filling in the form once more."""


class Opened(Struct, frozen=True):
    """The request, whose link it is, and its ticket as it was sent."""

    asked: Request
    person: str
    token: str

    def say(self, name: str, **values: object) -> str:
        return say(name, self.asked.locale, **values)


def respond(asked: Request, now: float) -> Answer:
    """One page, or what one has sent."""
    step = STEPS.get((asked.method, asked.name))
    try:
        if step is None or (asked.method == "POST" and not asked.is_ours):
            raise NotAllowedError("no such page", say="not_allowed")
        return step(asked, now)
    except (BadRequestError, NotAllowedError) as error:
        observe.count("refused", {"denials": 1}, outcome="enrol")
        text = pages.paragraph(public(error, asked.locale), problem=True)
        return pages.page(asked.locale, say("enrol_title", asked.locale), text, status=400)


def _link(asked: Request, now: float) -> Answer:
    """What the link leads to: the same for everybody."""
    label = pages.field("ticket", say("enrol_ticket", asked.locale), required=True)
    form = pages.form("enrol", say("enrol_go_on", asked.locale), label)
    return pages.page(asked.locale, say("enrol_title", asked.locale), form, script=pages.TAKE)


def _begun(asked: Request, now: float) -> Answer:
    """What an app is to scan; or, of who has an active factor, what is to be done with it."""
    found = _opened(asked, now)
    factor = factors.find(found.person)
    if factor and factor.state == FactorState.ACTIVE:
        return _known(found)
    return _scan(found, codes.enrol(found.person, now))


def _anew(asked: Request, now: float) -> Answer:
    """Another app instead of the one that is proved: from now on only that one counts."""
    found = _opened(asked, now)
    try:
        guard = codes.check(found.person, _code(asked), now)
    except BadRequestError as error:
        return _again(error, found, _known)
    proved = factors.ready(found.person, FactorState.ACTIVE, now).sealed
    tickets.transact([guard.item])
    return _scan(found, codes.enrol(found.person, now, proved=proved))


def _finish(asked: Request, now: float) -> Answer:
    """The first right code makes the factor active, and the password theirs."""
    found = _opened(asked, now)
    try:
        hashed = passwords.hashed(asked.fields.get("password", ""), found.person)
        recovery, active = codes.activation(found.person, _code(asked), now)
    except BadRequestError as error:
        return _again(error, found, _confirm)
    tickets.transact([active.item, *_set(found, hashed, now)])
    observe.log("enrolled")
    told = pages.paragraph(found.say("enrol_done", person=found.person))
    keep = pages.paragraph(found.say("enrol_recovery"))
    return _page(found, told, keep, *map(pages.paragraph, recovery))


def _password(asked: Request, now: float) -> Answer:
    """Another password, for who shows that the active factor is theirs."""
    found = _opened(asked, now)
    try:
        hashed = passwords.hashed(asked.fields.get("password", ""), found.person)
        guard = codes.check(found.person, _code(asked), now)
    except BadRequestError as error:
        return _again(error, found, _known)
    tickets.transact([guard.item, *_set(found, hashed, now)])
    return _page(found, pages.paragraph(found.say("enrol_done", person=found.person)))


STEPS: dict[tuple[str, str], Callable[[Request, float], Answer]] = {
    ("GET", "enrol"): _link,
    ("POST", "enrol"): _begun,
    ("POST", "anew"): _anew,
    ("POST", "finish"): _finish,
    ("POST", "password"): _password,
}


def _opened(asked: Request, now: float) -> Opened:
    """Raises BadRequestError when the link is good for nothing, or its sender is somebody else."""
    token = asked.fields.get("ticket", "").strip()
    ticket = tickets.find(token, enrolling.PURPOSE, now)
    if ticket.sender:
        sender = people.person_at(*ticket.sender.split("/", 2))
        if sender is None or sender.id != ticket.person:
            raise tickets.used()
    return Opened(asked, ticket.person, token)


def _code(asked: Request) -> str:
    return asked.fields.get("code", "").strip()


def _set(found: Opened, hashed: str, now: float) -> list[dict[str, Any]]:
    """The transaction's parts that use the link up and set the password."""
    used = tickets.use_guard(found.token, enrolling.PURPOSE, now)
    return [used.item, kept.set_guard(found.person, hashed, now).item]


def _again(error: BadRequestError, found: Opened, shown: Callable[[Opened, str], Answer]) -> Answer:
    if error.say not in AGAIN:
        raise error
    return shown(found, pages.paragraph(public(error, found.asked.locale), problem=True))


def _scan(found: Opened, seed: str) -> Answer:
    """The picture is made here: no other service learns the seed."""
    uri = codes.uri_of(seed, found.person, StackSettings.load().stack)
    picture = segno.make_qr(uri, error="m").svg_inline(scale=5, dark="#000", light="#fff")
    words = pages.paragraph(found.say("enrol_scan", key=codes.in_fours(seed)))
    return _confirm(found, words + picture)


def _confirm(found: Opened, before: str) -> Answer:
    code = pages.field("code", found.say("enrol_code"), required=True)
    button = found.say("enrol_finish")
    return _page(found, before, pages.form("finish", button, code, _new(found), ticket=found.token))


def _known(found: Opened, before: str = "") -> Answer:
    """For who is enrolled: nothing changes without a code of theirs."""
    code = pages.field("code", found.say("enrol_own_code"), required=True)
    return _page(
        found,
        before,
        pages.form("password", found.say("enrol_set"), code, _new(found), ticket=found.token),
        pages.form("anew", found.say("enrol_anew"), code, ticket=found.token),
    )


def _new(found: Opened) -> str:
    label = found.say("enrol_password", least=passwords.LEAST)
    return pages.field("password", label, secret=True, required=True)


def _page(found: Opened, *parts: str) -> Answer:
    title = found.say("enrol_title_of", person=found.person)
    return pages.page(found.asked.locale, title, *parts)
