"""What the rules of `config/policy.cedar` say, without a stack: whether they are right, and why."""

import time
from pathlib import Path
from uuid import uuid4

from cedarpy import PolicySet

from cli.problems import CommandError
from functions.dispatch import judging
from functions.dispatch.planner.base import Step, Turn
from functions.dispatch.planner.command import CommandPlanner
from functions.dispatch.policy import Proposed, Seen, local_time
from switchboard import config, rules
from switchboard.cedar import compiler, engine
from switchboard.cedar.engine import Deed, Who
from switchboard.errors import BadRequestError
from switchboard.ledger.people import Person
from switchboard.ledger.recent import Recent
from switchboard.models import Envelope, Sender
from switchboard.phrases import public
from switchboard.rules import Ruling
from switchboard.text import DEFAULT

FILE = Path(__file__).parents[1] / "config" / "policy.cedar"


def check(path: Path = FILE) -> str:
    """How many rules there are. Raises CommandError that names the wrong one."""
    found = _read(path)
    catalogue = config.catalogue()
    asked = [
        f"{name} {verb}"
        for name, tool in catalogue.items()
        for verb, verdict in compiler.verdicts(found, tool).items()
        if None in verdict.by_role.values()
    ]
    count, few = len(found.rules), ", ".join(asked) or "nothing"
    return f"{path.name}: {count} rules, all right; beyond roles they decide: {few}"


def explain(who: Person, call: str, chat: str, path: Path = FILE, *, tainted: bool = False) -> str:
    """What the rules say about each step of a call that is written as in a chat, and which does.

    `tainted`: as if it had been planned after words of third parties were read. Raises CommandError
    when there is no such call.
    """
    found, at = _read(path), time.time()
    envelope = Envelope(
        id=uuid4(),
        channel="web",
        account="main",
        conversation=who.id,
        chat="direct" if chat == "direct" else "group",
        sender=Sender(who.id),
        text=call,
        reply_to={},
        received_at=at,
    )
    turn = Turn(text=call, locale=DEFAULT, role=who.role, now=local_time(at, who))
    try:
        plan = CommandPlanner(config.catalogue()).plan(turn)
    except BadRequestError as error:
        raise CommandError(public(error, DEFAULT)) from None
    if plan is None or not plan.steps:
        raise CommandError('write the call as in a chat: "/github issues.get 12"')
    after = ", after reading words of third parties" if tainted else ""
    lines = [f"{who.id}, {who.role}, in a {chat} chat{after}:"]
    lines += [
        _line(who, Proposed(step, envelope, seen=Seen(Recent(), tainted)), found)
        for step in plan.steps
    ]
    return "\n".join(lines)


def _line(who: Person, proposed: Proposed, found: compiler.Policy) -> str:
    step = proposed.step
    operation, tainted = proposed.operation, proposed.seen.tainted
    ruling = rules.secured(_ruling(who, proposed, found), operation, who.role, tainted=tainted)
    by = f"by the rule {ruling.rule}" if ruling.rule else "no rule permits it"
    told = {"allow": "allowed", "ask": "asks first", "deny": "denied"}[ruling.effect]
    facts = [f"{_written(step)}: {told}, {by}"]
    if ruling.effect == "ask":
        whom = " or ".join(ruling.approvers) + (", not who asks" if ruling.four_eyes else "")
        facts.append(f"a yes of {whom}" + (", with a one-time code" if ruling.code else ""))
    if ruling.reason or ruling.effect == "deny":
        facts.append(ruling.why(DEFAULT))
    return "; ".join(facts)


def _ruling(who: Person, proposed: Proposed, found: compiler.Policy) -> Ruling:
    step = proposed.step
    verdict = compiler.verdicts(found, config.catalogue()[step.tool])[step.operation]
    ruling = rules.by_role(verdict, who.id, who.role)
    if ruling is not None:
        return ruling
    asker, call = Who(who.id, who.role), Deed.of(step.tool, step.operation, proposed.operation)
    context = judging.context_of(who, proposed, verdict.needs)
    ask = engine.request(asker, call) | {"context": context}
    policies = PolicySet.from_str(found.text)
    return engine.decided(policies, engine.named(found.rules), ask, engine.entities(asker, call))


def _written(step: Step) -> str:
    said = " ".join(f"{name}={value!r}" for name, value in step.arguments.items())
    return f"{step.tool} {step.operation} {said}".rstrip()


def _read(path: Path) -> compiler.Policy:
    try:
        return compiler.read(path.read_text(encoding="utf-8"), config.catalogue())
    except compiler.PolicyError as error:
        raise CommandError(f"{path.name}: {error}") from None
