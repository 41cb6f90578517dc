"""Pair senders to people, and part them again."""

from cli import stack as stacks
from switchboard.ledger import people


def pair(stack: str, sender: str, person: str, role: str, timezone: str) -> str:
    """Let `channel/account/id` act as the person from now on."""
    channel, account, identity = _parts(sender)
    stacks.enter(stack)
    who = people.Person(id=person, name=person, role=role, timezone=timezone)
    people.pair(channel, account, identity, who)
    return f"{sender} acts as {person} ({role})"


def unpair(stack: str, sender: str) -> str:
    """`channel/account/id` is a stranger from now on, also to what they asked for already."""
    channel, account, identity = _parts(sender)
    stacks.enter(stack)
    people.unpair(channel, account, identity)
    return f"{sender} is nobody now; none of their changes starts any more"


def _parts(sender: str) -> tuple[str, str, str]:
    channel, _, rest = sender.partition("/")
    account, _, identity = rest.partition("/")
    if not identity:
        raise SystemExit("Write the sender as channel/account/id, for example slack/main/T1:U1")
    return channel, account, identity
