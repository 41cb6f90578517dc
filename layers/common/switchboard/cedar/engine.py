"""Cedar: what the rules of `config/policy.cedar` say about one call.

Only loaded where a rule looks at more than a role (docs/adr/0027): it takes longer to import than
all the rest of dispatch.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Self

from cedarpy import Decision, PolicySet, is_authorized
from msgspec import Struct, json

from switchboard import config
from switchboard.cedar import schema
from switchboard.models import ROLES
from switchboard.rules import Rule, Ruling, ruled
from switchboard.runtime import kept
from switchboard.sdk.manifest import Operation

Json = dict[str, Any]


class Who(Struct, frozen=True):
    """Who asks."""

    id: str
    role: str


class Deed(Struct, frozen=True):
    """What is asked for; `risk` is `read` where it only looks for what an earlier call did."""

    tool: str
    operation: str
    risk: str
    egress: bool = False

    @classmethod
    def of(cls, tool: str, name: str, operation: Operation) -> Self:
        return cls(tool, name, operation.risk, operation.egress)


def judge(who: Who, call: Deed, context: Json) -> Ruling:
    """What the compiled rules say, `context` being as the schema has it."""
    ask = request(who, call) | {"context": context}
    return decided(prepared(), numbered(), ask, entities(who, call))


def decided(policies: PolicySet, known: Mapping[str, Rule], ask: Json, facts: list[Json]) -> Ruling:
    """A rule that cannot be evaluated denies: Cedar would pass it over, a `forbid` too."""
    answer = is_authorized(ask, policies, facts)
    if answer.diagnostics.errors or answer.decision == Decision.NoDecision:
        return Ruling(effect="deny", rule="error")
    matched = [known[name] for name in sorted(answer.diagnostics.reasons, key=number_of)]
    return ruled(matched, str(facts[0]["parents"][0]["id"]))


def request(who: Who, call: Deed) -> Json:
    return {
        "principal": {"type": "Person", "id": who.id},
        "action": {"type": "Action", "id": schema.action(call.tool, call.operation)},
        "resource": {"type": "Tool", "id": call.tool},
    }


def entities(who: Who, call: Deed) -> list[Json]:
    """All that one decision needs to know of who belongs where; the first is who asks."""
    higher = [_entity("Role", name, ("Role", lower)) for lower, name in pairwise(ROLES)]
    groups = [("Action", name) for name in schema.groups(call.risk, egress=call.egress)]
    return [
        _entity("Person", who.id, ("Role", who.role)),
        _entity("Action", schema.action(call.tool, call.operation), *groups),
        *higher,
    ]


def named(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Rules by the names that Cedar gives them: `policy0` is the file's first."""
    return {f"policy{number}": rule for number, rule in enumerate(rules)}


def number_of(name: str) -> int:
    return int(name.removeprefix("policy"))


@kept
def prepared() -> PolicySet:
    return PolicySet.from_str((config.compiled() / "policy.cedar").read_text(encoding="utf-8"))


@kept
def numbered() -> dict[str, Rule]:
    text = (config.compiled() / "policy.json").read_bytes()
    return named(json.decode(text, type=list[Rule]))


def _entity(kind: str, name: str, *parents: tuple[str, str]) -> Json:
    above = [{"type": kind, "id": name} for kind, name in parents]
    return {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": above}
