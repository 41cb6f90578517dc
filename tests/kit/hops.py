"""Lambda's stop of recursive loops: what a function sends while it runs inherits its chain.

Source: Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops".
Lambda follows chains by the `Lineage` of a trace header, which our client does not send: this is
stricter.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from tests.kit import template

Chain = Mapping[str, int]
"""How often each function has run on the way from one webhook, or one tick of a clock."""

LIMIT = 16
"""The run of one function in one chain that Lambda refuses."""
TOOL = "-tool-"


class Hops:
    """Which chain runs now; `allowed` are the logical ids that may recur, as the template says."""

    def __init__(self, allowed: frozenset[str] | None = None) -> None:
        self._allowed = allowed
        self.now: Chain = {}

    def stopped(self, function: str, chain: Chain) -> bool:
        return chain.get(function, 0) >= LIMIT - 1 and not self._allows(function)

    def enter(self, function: str, chains: Sequence[Chain] = ()) -> Chain:
        """The function runs now; the chain before, which is to be `now` again after it.

        Of a batch's chains the longest counts, function by function.
        """
        first, *others = chains or ({},)
        before, made = self.now, dict(first)
        for chain in others:
            for name, count in chain.items():
                if count > made.get(name, 0):
                    made[name] = count
        made[function] = made.get(function, 0) + 1
        self.now = made
        return before

    def _allows(self, function: str) -> bool:
        """A tool of the tests stands for all of the template's; other names end as theirs."""
        allowed = declared() if self._allowed is None else self._allowed
        if TOOL in function:
            return tools() <= allowed
        return function.rpartition("-")[2].capitalize() in allowed


@cache
def declared() -> frozenset[str]:
    return frozenset(
        name for name, one in template.functions().items() if one.get("RecursiveLoop") == "Allow"
    )


@cache
def tools() -> frozenset[str]:
    return frozenset(name for name in template.functions() if name.endswith("Tool"))
