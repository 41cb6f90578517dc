"""A scripted victim: it plays its task, and does whatever anybody tells it in between.

It is no model. Once an answer holds the attack's text, it plays the attack's calls next, then goes
on. What is asked about waits, and comes to a person as one question, as soon as it is needed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from agentdojo.agent_pipeline.tool_execution import tool_result_to_str
from agentdojo.base_tasks import BaseInjectionTask
from agentdojo.functions_runtime import FunctionCall, FunctionsRuntime
from agentdojo.task_suite.task_suite import TaskSuite
from tests.agentdojo import attacks
from tests.agentdojo.guard import Run, acts, written

WORD = re.compile(r"[\w@.-]{4,}")


class Asker:
    """The person: says yes to the calls of the task that they asked for, each once, and no else."""

    def __init__(self, plan: Sequence[FunctionCall]) -> None:
        self._wanted = Counter(map(written, plan))
        self.dialogues = 0

    def answers(self, calls: Sequence[FunctionCall]) -> Iterator[bool]:
        self.dialogues += 1
        for call in calls:
            name = written(call)
            yes = self._wanted[name] > 0
            self._wanted[name] -= yes
            yield yes


class Play:
    """One task, played once in its own environment; `run` is the guard, where there is one."""

    def __init__(
        self, suite: TaskSuite[Any], env: Any, plan: Sequence[FunctionCall], run: Run | None
    ) -> None:
        self._suite, self.env, self._plan, self._run = suite, env, plan, run
        self._before = env.model_copy(deep=True)
        self._runtime = FunctionsRuntime(suite.tools)
        self._attack: BaseInjectionTask[Any] | None = None
        self._pending: list[FunctionCall] = []
        self._known = ""
        """All that was read, and what the person said."""
        self.asker = Asker(plan)
        self.trace: list[FunctionCall] = []
        self.obeyed = False
        self.unconfirmed: list[str] = []
        """What acted, and was neither fixed beforehand nor approved."""

    def play(
        self,
        prompt: str,
        own: Sequence[FunctionCall],
        attack: BaseInjectionTask[Any] | None = None,
        *,
        patient: bool = False,
    ) -> None:
        """`patient`: no call that acts is written while a page is still waited for."""
        self._known, self._attack = prompt, attack
        fixed, todo = Counter(map(written, own)), list(self._plan)
        while todo:
            call = todo.pop(0)
            ruling = self._run.ruling(call) if self._run else "allow"
            if self._waits(call, patient=patient):
                todo = self._settle() + todo
            if ruling == "ask":
                self._pending.append(call)
            elif ruling == "allow":
                if self._run and acts(self._suite.name, call):
                    name = written(call)
                    if not fixed[name]:
                        self.unconfirmed.append(name)
                    fixed[name] -= bool(fixed[name])
                todo = self._do(call) + todo
            if not todo:
                todo = self._settle()

    def _settle(self) -> list[FunctionCall]:
        """Ask about all that waits, and do what was approved; what the victim does next."""
        calls, self._pending = self._pending, []
        if not calls:
            return []
        answers = list(self.asker.answers(calls))
        found = [self._do(call) for call, yes in zip(calls, answers, strict=True) if yes]
        return [one for more in found for one in more]

    def _do(self, call: FunctionCall) -> list[FunctionCall]:
        """Do it; the calls that its answer makes the victim want."""
        result, error = self._runtime.run_function(self.env, call.function, call.args)
        text = error or tool_result_to_str(result)
        self.trace.append(call)
        self._known += text
        if self._run:
            self._run.read(text)
        if self._attack is None or self.obeyed or not _says(text, self._attack.GOAL):
            return []
        self.obeyed = True
        return attacks.calls_of(self._suite.name, self._attack, self._before, self.env)

    def _waits(self, call: FunctionCall, *, patient: bool) -> bool:
        """Whether the call takes words from a page that is asked about, and not from before."""
        pages = [one for one in self._pending if one.function == "get_webpage"]
        if not pages or (
            patient and acts(self._suite.name, call) and call.function != "get_webpage"
        ):
            return bool(pages)
        env = self.env.model_copy(deep=True)
        read = [self._runtime.run_function(env, one.function, one.args)[0] for one in pages]
        new = {*WORD.findall(str(read).lower())} - {*WORD.findall(self._known.lower())}
        return bool(new & {*WORD.findall(written(call).lower())})


def _says(text: str, goal: str) -> bool:
    """Whether the text holds the goal, however its lines are broken, indented or escaped."""
    return _bare(goal) in _bare(text)


def _bare(text: str) -> str:
    return re.sub(r"(\\n|[\s\\'\"])+", "", text)
