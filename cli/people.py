"""Pair senders to people, and part them again."""

from cli import stack as stacks


def pair(stack: str, sender: str, person: str, role: str, timezone: str) -> str:
    """Let `channel/account/id` act as the person from now on."""
    channel, account, identity = _parts(sender)
    stacks.enter(stack)
    from switchboard import ledger  # noqa: PLC0415  reads the table's name when it is first used

    who = ledger.Person(id=person, name=person, role=role, timezone=timezone)
    ledger.pair(channel, account, identity, who)
    return f"{sender} acts as {person} ({role})"


def unpair(stack: str, sender: str) -> str:
    """`channel/account/id` is a stranger from now on, also to what they asked for already."""
    channel, account, identity = _parts(sender)
    stacks.enter(stack)
    from switchboard import ledger  # noqa: PLC0415

    ledger.unpair(channel, account, identity)
    return f"{sender} is nobody now; none of their changes starts any more"


def _parts(sender: str) -> tuple[str, str, str]:
    channel, _, rest = sender.partition("/")
    account, _, identity = rest.partition("/")
    if not identity:
        raise SystemExit("Write the sender as channel/account/id, for example slack/main/T1:U1")
    return channel, account, identity
