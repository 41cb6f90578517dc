"""Pair senders to people."""

from cli import stack as stacks


def pair(stack: str, sender: str, person: str, role: str, timezone: str) -> str:
    """Let `channel/account/id` act as the person from now on."""
    channel, _, rest = sender.partition("/")
    account, _, identity = rest.partition("/")
    if not identity:
        raise SystemExit("Write the sender as channel/account/id, for example slack/main/T1:U1")
    stacks.enter(stack)
    from switchboard import ledger  # noqa: PLC0415  reads the table's name when it is first used

    who = ledger.Person(id=person, name=person, role=role, timezone=timezone)
    ledger.pair(channel, account, identity, who)
    return f"{sender} acts as {person} ({role})"
