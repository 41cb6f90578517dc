"""`config/policy.cedar` as the build reads it: what is wrong in it, what roles decide alone.

What a role decides whatever else is asked is found by Cedar's partial evaluation, with the call's
context unknown, and laid down; at run time Cedar is only needed for the rest (docs/adr/0027).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import msgspec
from cedarpy import (
    PolicySet,
    is_authorized_partial,
    policies_to_json_str,
    validate_policies,
)
from msgspec import Struct, json

from switchboard.cedar import engine, schema
from switchboard.cedar.engine import Deed, Who
from switchboard.models import ROLES
from switchboard.rules import Rule, Ruling, Verdict, name_of, ruled
from switchboard.sdk.manifest import Effect, Manifest, Risk
from switchboard.text import DEFAULT

Json = dict[str, Any]
NOBODY = " nobody "
"""The id of no person."""
ANNOTATIONS = {"id", "ask", "approvers", "four_eyes"}
LITERAL = re.compile(r'"(?:Value|Literal)":"((?:[^"\\]|\\.)*)"')
CEDAR_NAME = re.compile(r"for policy `policy\d+`, ")
REASON = re.compile(r"reason_([a-z]{2})")


class PolicyError(Exception):
    """A rule that is wrong; the message says which, and how."""


class Policy(Struct, frozen=True):
    """The rules of a file, read and valid."""

    text: str
    rules: tuple[Rule, ...]
    people: tuple[str, ...]
    """Whom rules name, by their ids."""


def read(text: str, catalogue: Mapping[str, Manifest]) -> Policy:
    """Raises PolicyError for what Cedar or we cannot understand, or what no call is like."""
    try:
        tree = json.decode(policies_to_json_str(text))
    except ValueError as error:
        raise PolicyError(_line(str(error))) from None
    if tree["templates"]:
        raise PolicyError("a template decides nothing here: name the principal")
    found = [tree["staticPolicies"][f"policy{at}"] for at in range(len(tree["staticPolicies"]))]
    rules = tuple(_rule(at, one) for at, one in enumerate(found, start=1))
    if twice := {rule.id for at, rule in enumerate(rules) if rule.id in {r.id for r in rules[:at]}}:
        raise PolicyError(f"two rules are called {min(twice)}")
    for rule, tree in zip(rules, found, strict=True):
        for name in _never_like(tree, schema.caseless(catalogue)):
            raise PolicyError(f"rule {rule.id}: `{name}` is seen in lower case: write it so")
    if strange := sorted({*_named("Role", found)} - {*ROLES}):
        raise PolicyError(f"there is no role {strange[0]}: roles are {', '.join(ROLES)}")
    checked = validate_policies(text, schema.written(catalogue))
    if not checked.validation_passed:
        known = engine.named(rules)
        wrong = {known[str(one.policy_id)].id: _line(one.error) for one in checked.errors[::-1]}
        raise PolicyError("; ".join(f"rule {name}: {told}" for name, told in wrong.items()))
    return Policy(text, rules, tuple(sorted({*_named("Person", found)})))


def verdicts(policy: Policy, tool: Manifest) -> dict[str, Verdict]:
    """What is decided about every operation, and about looking for what a queryable one did."""
    policies, known = PolicySet.from_str(policy.text), engine.named(policy.rules)
    calls = [
        (name_of(verb, looks=False), Deed.of(tool.name, verb, one))
        for verb, one in tool.operations.items()
    ] + [
        (name_of(verb, looks=True), Deed(tool.name, verb, Risk.READ))
        for verb, one in tool.operations.items()
        if one.effect is Effect.QUERYABLE
    ]
    return {name: _verdict(policies, known, policy.people, call) for name, call in calls}


def _verdict(
    policies: PolicySet, known: Mapping[str, Rule], people: tuple[str, ...], call: Deed
) -> Verdict:
    needs: set[str] = set()
    decided: dict[str, Ruling | None] = {}
    for role, person in product(ROLES, (NOBODY, *people)):
        ruling, looks_at = _foreseen(policies, known, Who(person, role), call)
        needs |= looks_at
        if person == NOBODY:
            decided[role] = ruling
    return Verdict(by_role=decided, people=people, needs=tuple(sorted(needs)))


def _foreseen(
    policies: PolicySet, known: Mapping[str, Rule], who: Who, call: Deed
) -> tuple[Ruling | None, set[str]]:
    """What is decided whatever the context is, if anything; and what of it rules look at."""
    ask = {part: _written(one) for part, one in engine.request(who, call).items()}
    answer = is_authorized_partial(ask, policies, engine.entities(who, call))
    if answer.diagnostics.errors:
        raise PolicyError(_line(str(answer.diagnostics.errors[0])))
    open_ = {name: answer.residuals[name] for name in answer.diagnostics.nontrivial_residuals}
    holding = sorted(
        (name for name in known if name not in open_ and _holds(answer.residuals.get(name, {}))),
        key=engine.number_of,
    )
    ruling = ruled([known[name] for name in holding], who.role)
    if not open_ or (ruling.effect == "deny" and ruling.rule):  # nothing outweighs a `forbid`
        return ruling, set()
    return None, {name for one in open_.values() for name in _looked_at(one)}


def _written(uid: Json) -> str:
    return f"{uid['type']}::{json.encode(uid['id']).decode()}"


def _holds(residual: Json) -> bool:
    """Whether nothing is left of it but that it holds."""
    left = [one["body"] for one in residual.get("conditions", ({"body": {"Value": False}},))]
    return all(body == {"Value": True} for body in left)


def _looked_at(tree: Any) -> Iterator[str]:
    """The parts of the context that an expression names."""
    if isinstance(tree, dict):
        if (left := tree.get("left")) and "attr" in tree and "unknown" in left:
            yield str(tree["attr"])
        for one in tree.values():
            yield from _looked_at(one)
    elif isinstance(tree, list):
        for one in tree:
            yield from _looked_at(one)


def _never_like(tree: Any, names: frozenset[str]) -> Iterator[str]:
    """The arguments, of these, that are compared with capitals, which they never have."""
    if isinstance(tree, dict):
        told = json.encode(tree).decode()
        compared = {"==", "!=", "like", "contains"} & tree.keys()
        found = {name for name in names if f'"attr":"{name}"' in told}
        if compared and found and any(word != word.lower() for word in LITERAL.findall(told)):
            yield min(found)
        tree = list(tree.values())
    if isinstance(tree, list):
        for one in tree:
            yield from _never_like(one, names)


def _named(kind: str, tree: Any) -> Iterator[str]:
    """The ids of the entities of a kind that are named anywhere."""
    if isinstance(tree, dict):
        if tree.get("type") == kind and "id" in tree:
            yield str(tree["id"])
        for one in tree.values():
            yield from _named(kind, one)
    elif isinstance(tree, list):
        for one in tree:
            yield from _named(kind, one)


def _rule(number: int, tree: Json) -> Rule:
    """What a rule's annotations say. Raises PolicyError."""
    told = {name: value or "" for name, value in tree.get("annotations", {}).items()}
    name, permits = told.get("id") or f"number {number}", tree["effect"] == "permit"
    reason = {found[1]: told[key] for key in told if (found := REASON.fullmatch(key))}
    if problem := _problem(told, reason, permits=permits):
        raise PolicyError(f"rule {name}: {problem}")
    facts: Json = {key: value for key, value in told.items() if key in ANNOTATIONS}
    if "ask" in told:
        facts |= {"ask": told["ask"] or "yes", "four_eyes": "four_eyes" in told}
    try:
        return msgspec.convert({**facts, "reason": reason, "permits": permits}, Rule)
    except msgspec.ValidationError as error:
        raise PolicyError(f"rule {name}: {error}") from None


def _problem(told: Mapping[str, str], reason: Mapping[str, str], *, permits: bool) -> str:
    """What is wrong with a rule's annotations; empty when nothing is."""
    unknown = sorted({*told} - ANNOTATIONS - {f"reason_{locale}" for locale in reason})
    if unknown:
        return f"@{unknown[0]} means nothing here"
    if not told.get("id"):
        return "it needs an @id, by which people are told of it"
    if reason and DEFAULT not in reason:
        return f"its reason is not said in {DEFAULT}"
    if "ask" in told and not permits:
        return "a forbid asks nobody"
    if "ask" not in told and told.keys() & {"approvers", "four_eyes"}:
        return "who says yes goes with an @ask"
    return ""


def _line(text: str) -> str:
    """An error of Cedar's in one line, without the number that it gives the rule."""
    return CEDAR_NAME.sub("", " ".join(text.split()))
