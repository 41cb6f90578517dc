"""Which tools the sender has connected themselves: remembered, and checked by every commit."""

from collections.abc import Sequence

from functions.dispatch.decisions import Case, Decision
from switchboard import config
from switchboard.errors import UnclearError
from switchboard.ledger import credentials
from switchboard.ledger.table import Guard
from switchboard.runtime import kept

MOST = 10_000
"""People who are remembered."""


def known(person: str) -> frozenset[str]:
    """The tools that the person had connected when it was last asked; none, while it never was.

    Most have none: nothing is read for them, as the guards of a commit tell when it is wrong.
    """
    return _known().get(person, frozenset())


def learn(person: str) -> None:
    """Ask anew."""
    if len(_known()) >= MOST:
        _known().clear()
    _known()[person] = credentials.tools_of(person)


@kept
def _known() -> dict[str, frozenset[str]]:
    return {}


def guards(case: Case, decision: Decision) -> list[Guard]:
    """Guards of `commit`: each new call is let in as its asker has it, by theirs if there is one.

    One that repeats another is let in as that was, wherever its effect may be.
    """
    metas = [one.command.params.meta for one in decision.planned]
    tools = {one.tool: one.own for one in metas if one.repeats is None}
    takes = {tool: own for tool, own in tools.items() if config.catalogue()[tool].secrets}
    return [credentials.known_guard(case.person.id, tool, own=own) for tool, own in takes.items()]


def named(case: Case, word: str, rest: Sequence[str]) -> str:
    """The tool that is meant, of those that are let in by anything. Raises UnclearError."""
    tools = {name: one for name, one in config.catalogue().items() if one.secrets}
    said = rest[0].lower() if rest else ""
    names = {alias: name for name, one in tools.items() for alias in (name, *one.aliases)}
    if said not in names:
        listed = ", ".join(f"`/{word} {name}`" for name in tools) or "-"
        raise UnclearError("which tool", say="which_to_connect", listed=listed)
    return names[said]
