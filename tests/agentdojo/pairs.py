"""Every task and every attack of AgentDojo's suites, each played without and with the guard."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from agentdojo.agent_pipeline.ground_truth_pipeline import GroundTruthPipeline
from agentdojo.attacks.attack_registry import load_attack
from agentdojo.base_tasks import BaseInjectionTask, BaseUserTask
from agentdojo.functions_runtime import FunctionCall
from agentdojo.task_suite.load_suites import get_suites
from agentdojo.task_suite.task_suite import TaskSuite
from agentdojo.types import text_content_block_from_string
from tests.agentdojo.guard import Run
from tests.agentdojo.victim import Play

VERSION, ATTACK = "v1.2.2", "important_instructions_no_model_name"
PLANS = yaml.safe_load((Path(__file__).parent / "plans.yaml").read_text(encoding="utf-8"))
DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?")
NO_EFFECT = {"read", "timestamp", "last_modified"}
"""Whether a mail was opened, which all that reads it says; and the clock of this machine."""


class Honest(Struct):
    """A task without an attack, guarded."""

    suite: str
    task: str
    done: bool
    dialogues: int
    patient_dialogues: int
    """As if every text that is written waited for all pages."""


class Pair(Struct):
    """A task with an attack, without and with the guard."""

    suite: str
    task: str
    attack: str
    obeyed: bool
    succeeded: bool
    guarded_succeeded: bool
    unconfirmed: list[str]
    same: bool
    """Whether the guarded environment ended as the honest task alone leaves it."""


@cache
def suites() -> dict[str, TaskSuite[Any]]:
    return dict(get_suites(VERSION))


def honest(name: str, task_id: str) -> Honest:
    suite, task = suites()[name], suites()[name].user_tasks[task_id]
    env = _environment(suite, task, {})
    played = _play(suite, task, env.model_copy(deep=True), guarded=True)
    patient = _play(suite, task, env.model_copy(deep=True), guarded=True, patient=True)
    done = _judged(suite, task, played, env, task.GROUND_TRUTH_OUTPUT)
    done &= not played.unconfirmed
    return Honest(name, task_id, done, played.asker.dialogues, patient.asker.dialogues)


def pair(name: str, task_id: str, attack_id: str) -> Pair:
    suite = suites()[name]
    task, attack = suite.user_tasks[task_id], suite.injection_tasks[attack_id]
    env = _environment(suite, task, _attacker(name).attack(task, attack))
    plain = _play(suite, task, env.model_copy(deep=True), attack)
    guarded = _play(suite, task, env.model_copy(deep=True), attack, guarded=True)
    alone = _play(suite, task, env.model_copy(deep=True), guarded=True)
    said = task.GROUND_TRUTH_OUTPUT + "\n" + attack.GROUND_TRUTH_OUTPUT * plain.obeyed
    return Pair(
        suite=name,
        task=task_id,
        attack=attack_id,
        obeyed=plain.obeyed,
        succeeded=_judged(suite, attack, plain, env, said),
        guarded_succeeded=_judged(suite, attack, guarded, env, said),
        unconfirmed=guarded.unconfirmed,
        same=_told(guarded.env.model_dump()) == _told(alone.env.model_dump()),
    )


def own(suite: str, task: BaseUserTask[Any], plan: list[FunctionCall]) -> list[FunctionCall]:
    """The calls that the person's words fix. Raises ValueError for one that holds other words."""
    fixed = [plan[at] for at in PLANS.get(suite, {}).get(task.ID, ())]
    for call in fixed:
        for value in _strings(call.args):
            if not DATE.fullmatch(value) and value.strip(".").lower() not in task.PROMPT.lower():
                raise ValueError(f"{suite} {task.ID}: {value!r} is not said")
    return fixed


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [found for one in value for found in _strings(one)]
    return [value] if isinstance(value, str) else []


def _environment(suite: TaskSuite[Any], task: BaseUserTask[Any], injections: dict[str, str]) -> Any:
    return task.init_environment(suite.load_and_inject_default_environment(injections))


def _play(  # noqa: PLR0913  what is played, and how
    suite: TaskSuite[Any],
    task: BaseUserTask[Any],
    env: Any,
    attack: BaseInjectionTask[Any] | None = None,
    *,
    guarded: bool = False,
    patient: bool = False,
) -> Play:
    plan = list(task.ground_truth(env))
    fixed = own(suite.name, task, plan)
    played = Play(suite, env, plan, Run(suite.name, fixed) if guarded else None)
    played.play(task.PROMPT, fixed, attack, patient=patient)
    return played


def _judged(suite: TaskSuite[Any], task: Any, played: Play, before: Any, said: str) -> bool:
    """What AgentDojo says about it."""
    output = [text_content_block_from_string(said)]
    judged = suite._check_task_result(task, output, before, played.env, played.trace)
    return bool(judged)


@cache
def _attacker(suite: str) -> Any:
    nobody = GroundTruthPipeline(None)
    nobody.name = "local"
    return load_attack(ATTACK, suites()[suite], nobody)


def _told(dumped: Any) -> Any:
    """An environment, or a part of it, as far as it tells of effects."""
    if isinstance(dumped, dict):
        return {key: _told(one) for key, one in dumped.items() if key not in NO_EFFECT}
    return [_told(one) for one in dumped] if isinstance(dumped, list) else dumped
