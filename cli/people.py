"""Pair senders to people, and part them again."""

import time

from msgspec import structs

from cli import connections, ledger, names
from cli import stack as stacks
from cli.names import sender_of
from cli.problems import CommandError
from switchboard.ledger import identities, people, subscriptions, table
from switchboard.ledger.identities import Invitation


def pair(stack: str, sender: str, person: str, role: str, zone: str) -> str:
    """Let `channel/account/id` act as the person from now on.

    Raises CommandError when there is no such account or time zone, or no person can be called so.
    """
    channel, account, identity = sender_of(sender)
    zone = names.timezone(zone)
    who = people.Person(id=names.person(person), name=person, role=role, timezone=zone)
    known = connections.accounts(stack)
    names.one_of("connected account", f"{channel}/{account}", known)
    stacks.enter(stack)
    people.pair(channel, account, identity, who)
    return f"{sender} acts as {person} ({role})"


def unpair(stack: str, sender: str) -> str:
    """`channel/account/id` is a stranger from now on, also to what they asked for already.

    With a person's last sender goes what is kept for them alone, as by `forget`, at once.

    Raises CommandError when it is one.
    """
    who = sender_of(sender)
    stacks.enter(stack)
    person = people.person_at(*who)
    if person is None:
        raise CommandError(f"{sender} is nobody already: nothing was changed")
    senders, now = _senders(stack, person.id), time.time()
    if senders == ["/".join(who)]:
        identities.forget(person.id, senders, now)
    else:
        people.unpair(*who, now)
    return f"{sender} is nobody now; none of their changes starts any more"


def forget(stack: str, person: str) -> str:
    """Nobody acts as the person from now on, and what is kept for them alone is gone: their second
    factor, their password, and what their chats are told of.

    Raises CommandError when nobody acts as them.
    """
    stacks.enter(stack)
    senders = _senders(stack, names.person(person))
    if not senders:
        raise CommandError(f"nobody acts as {person}: `switchboard who` says who there is")
    _unsubscribe(stack, set(senders))
    identities.forget(names.person(person), senders, time.time())
    return f"{person} is forgotten: {', '.join(senders)}; none of their changes starts any more"


def _senders(stack: str, person: str) -> list[str]:
    """All who act as the person, also those whom 0.2.0 paired, who are listed nowhere."""
    values = {":start": {"S": "sender#"}, ":person": {"S": person}}
    rows = ledger.scanned(stack, "begins_with(pk, :start) AND person = :person", values)
    return sorted(str(row["pk"]).partition("#")[2] for row in rows)


def _unsubscribe(stack: str, senders: set[str]) -> None:
    """Their chats are told of nothing any more."""
    for row in ledger.scanned(
        stack, "begins_with(pk, :start)", {":start": {"S": "subscriptions#"}}
    ):
        found = subscriptions.read(str(row["pk"]).partition("#")[2])
        guard = subscriptions.parted_guard(found, senders)
        if guard is not None:
            table.transact([guard.item])


def invite(stack: str, person: str, role: str, zone: str) -> str:
    """A code by which a sender becomes the person, once and within ten minutes."""
    stacks.enter(stack)
    code = identities.code()
    told = Invitation(
        person=names.person(person), name=person, role=role, timezone=names.timezone(zone)
    )
    table.transact([identities.invite_guard(code, told, time.time()).item])
    return f"who writes `/pair {code}` within ten minutes, in any chat, is {person} ({role})"


def listed(stack: str) -> list[dict[str, str]]:
    """Who is paired, by whom they are known: `person`, `role`, `sender`."""
    stacks.enter(stack)
    found = sorted(identities.listed(), key=lambda one: (one.person, one.sender))
    return [structs.asdict(one) for one in found]


def lines(people: list[dict[str, str]]) -> str:
    """The same for people, one a line."""
    return "\n".join(f"{one['person']}  {one['role']}  {one['sender']}" for one in people)


def require_paired(stack: str, sender: str) -> None:
    """Raises CommandError when `channel/account/id` is nobody."""
    who = sender_of(sender)
    stacks.enter(stack)
    if people.person_at(*who) is None:
        raise CommandError(f"{sender} is nobody: `switchboard pair {sender} NAME` makes them one")
