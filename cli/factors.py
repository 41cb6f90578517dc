"""The second factors of people: enrol them, take a factor away, see whose there are."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import segno
from msgspec import Struct

from cli import ledger
from cli import stack as stacks
from cli.problems import CommandError
from switchboard.credentials import codes, enrolling
from switchboard.errors import BadRequestError
from switchboard.ledger import factors, versions
from switchboard.ledger import table as tables
from switchboard.phrases import public

Facts = dict[str, Any]


class WrongCodeError(CommandError):
    """The code is not right, and another one may be."""


class Enrolment(Struct, frozen=True):
    """What an authenticator app is told, until its first code."""

    person: str
    uri: str
    """As apps read it from a picture."""
    secret: str
    """To type instead."""


def begin(stack: str, person: str) -> Enrolment:
    """Let the person have a new factor, which waits for its first code.

    Raises CommandError when they have one that is active, or when nobody acts as them.
    """
    stacks.enter(stack)
    _require_known(stack, person)
    with _said():
        seed = codes.enrol(person, time.time())
    return Enrolment(person, codes.uri_of(seed, person, stack), seed)


def link(stack: str, person: str) -> str:
    """The address of a page where the person enrols, and sets a password for the chat page.

    Raises CommandError when nobody acts as them.
    """
    stacks.enter(stack)
    _require_known(stack, person)
    address, guard = enrolling.link(stacks.outputs(stack)["Url"], person, "", time.time())
    tables.transact([guard.item])
    return address


def finish(stack: str, person: str, code: str) -> list[str]:
    """Make the factor active by its app's first code; the recovery codes, once and for all.

    Raises CommandError when the code is not right, or none is waited for.
    """
    stacks.enter(stack)
    found = factors.find(person)
    if found is None or found.state != factors.FactorState.PENDING:
        raise CommandError(
            f"no factor of {person} waits for a code: `switchboard factor enrol {person}` makes one"
        )
    with _said():
        return codes.activate(person, code, time.time())


def renew_recovery(stack: str, person: str) -> list[str]:
    """New recovery codes, once and for all; the old ones hold no more.

    Raises CommandError when the person has no factor that is active.
    """
    stacks.enter(stack)
    with _said():
        return codes.renew_recovery(person, time.time())


def reset(stack: str, person: str) -> str:
    """The person has no factor and no recovery codes from now on.

    Raises CommandError when they have none.
    """
    stacks.enter(stack)
    if factors.find(person) is None:
        raise CommandError(f"{person} has no second factor: `switchboard factor list` says who has")
    factors.remove(person)
    return f"{person} has no second factor now; `switchboard factor enrol {person}` makes one"


def listed(stack: str) -> list[Facts]:
    """Whose factors there are, without any secret."""
    stacks.enter(stack)
    rows = ledger.scanned(stack, "begins_with(pk, :start)", {":start": {"S": "factor#"}})
    found = versions.readable([versions.upcast(row) for row in rows], factors.factor_of)
    return [_facts(one, time.time()) for one in sorted(found, key=lambda one: one.person)]


def table(found: list[Facts]) -> str:
    """The factors for people, one a line."""
    return "\n".join(
        f"{one['person']}  {one['state']}, since {ledger.moment(one['enrolled_at'])}, "
        f"{one['recovery_codes']} recovery codes"
        for one in found
    )


def page(enrolment: Enrolment) -> str:
    """What is to be scanned or typed, for people."""
    drawn = io.StringIO()
    segno.make_qr(enrolment.uri, error="l").terminal(out=drawn, compact=True)
    return (
        f"{drawn.getvalue()}\nScan this with an authenticator app, or type its key there "
        f"(of the kind: by time): {codes.in_fours(enrolment.secret)}"
    )


def keepsake(active: Facts) -> str:
    """The recovery codes, for people."""
    listing = "\n".join(f"  {one}" for one in active["recovery_codes"])
    return f"Recovery codes, each of which works once; they are not shown again:\n{listing}"


def _facts(factor: factors.Factor, now: float) -> Facts:
    refusal = factors.refusal(factor, now)
    state = {"": factor.state.lower(), "factor_locked": "locked", "factor_disabled": "disabled"}
    return {
        "person": factor.person,
        "state": state[refusal.say if refusal else ""],
        "enrolled_at": factor.enrolled_at,
        "locked_until": factor.locked_until,
        "recovery_codes": sum(map(bool, factor.recovery)),
    }


def _require_known(stack: str, person: str) -> None:
    """Raises CommandError when no sender is paired to the person."""
    values = {":start": {"S": "sender#"}, ":person": {"S": person}}
    if not any(ledger.scanned(stack, "begins_with(pk, :start) AND person = :person", values)):
        raise CommandError(
            f"nobody acts as {person}: `switchboard pair slack/main/T1:U1 {person}` lets somebody"
        )


@contextmanager
def _said() -> Iterator[None]:
    """What is said to people of a code, said to the operator."""
    try:
        yield
    except BadRequestError as error:
        kind = WrongCodeError if error.say in {"wrong_code", "no_code"} else CommandError
        raise kind(public(error, "en")) from None
