"""Pair senders to people, and part them again."""

from cli import connections
from cli import stack as stacks
from cli.names import sender_of, timezone
from cli.problems import CommandError
from switchboard.ledger import people


def pair(stack: str, sender: str, person: str, role: str, zone: str) -> str:
    """Let `channel/account/id` act as the person from now on.

    Raises CommandError when there is no such account or time zone.
    """
    channel, account, identity = sender_of(sender)
    known = connections.accounts(stack)
    if f"{channel}/{account}" not in known:
        raise CommandError(
            f"{channel}/{account} is not connected; connected are: {', '.join(known) or 'none'}"
        )
    who = people.Person(id=person, name=person, role=role, timezone=timezone(zone))
    stacks.enter(stack)
    people.pair(channel, account, identity, who)
    return f"{sender} acts as {person} ({role})"


def unpair(stack: str, sender: str) -> str:
    """`channel/account/id` is a stranger from now on, also to what they asked for already.

    Raises CommandError when it is one.
    """
    require_paired(stack, sender)
    people.unpair(*sender_of(sender))
    return f"{sender} is nobody now; none of their changes starts any more"


def require_paired(stack: str, sender: str) -> None:
    """Raises CommandError when `channel/account/id` is nobody."""
    who = sender_of(sender)
    stacks.enter(stack)
    if people.person_at(*who) is None:
        raise CommandError(f"{sender} is nobody: `switchboard pair {sender} NAME` makes them one")
