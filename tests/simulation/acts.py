"""What may happen next in a seed: somebody writes, something is taken up, lost, doubled or late."""

from bisect import bisect
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from functions.approve import app as approve
from functions.deliver import app as deliver
from functions.dispatch import app as dispatch
from functions.ingest import app as ingest
from functions.sweep import app as sweep
from tests.kit.expressions import Item
from tests.kit.queues import Message as Letter
from tests.kit.queues import Queue, event_of
from tests.simulation import smuggle
from tests.simulation.messages import Message, answer
from tests.simulation.monitor import Worker
from tests.simulation.stage import SKEW, Stage
from tests.simulation.world import PEOPLE, tool

ACTS = {
    "arrive": 36, "inbox": 32, "hints": 16, "outbox": 28, "invoke": 32, "sweep": 4, "tick": 12,
    "replay": 1, "meddle": 5, "delete": 4, "demote": 4, "throttle": 1, "approvals": 16,
    "answer": 40,
}  # fmt: skip
CALM_ACTS = {
    "arrive": 24,
    "inbox": 32,
    "hints": 16,
    "outbox": 24,
    "invoke": 32,
    "replay": 1,
    "double": 1,
    "approvals": 16,
    "answer": 24,
}
TICKS = (0.01, 1.0, 10.0, 31.0, 61.0, 61.0, 95.0, 200.0, 400.0)
BATCHES, BOTH = (1, 10, 10, 10, 10), 2
"""How much of the Inbox one poll brings: one message, all of them, or both copies of one."""
TRIES = 4


HANDLERS = {
    "dispatch": dispatch.handler,
    "approve": approve.handler,
    "deliver": deliver.handler,
}
SOMEBODY = "eve"
MOST_ANSWERS = 6
BUSY_SECONDS = 1_500.0
MOST_HINTS = 14
"""Times that a call may wait for its function to be free."""


class Acts(Stage):
    """Lambda, SQS and the platforms in one: whoever can move next, may."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        super().__init__(seed, trace)
        self._left = list(self.messages)
        self._poisoned = [one for one in self.messages if one.poisoned]
        self._sent: list[Message] = []
        self._batch = BOTH if self.used else self.rng.choice(BATCHES)
        self._retries: list[tuple[float, Message]] = []
        self._halved: set[str] = set()
        self._unrest = not self.mood.calm and self.rng.random() < 0.25
        self._answers = 0
        self._busy = 0.0
        """Until when no tool starts."""
        self._takers = {
            "dispatch": self._inbox,
            "approve": self._approvals,
            "tool": self._invoke,
            "deliver": self._outbox,
        }
        acts = CALM_ACTS if self.mood.calm else ACTS
        self._acts = [getattr(self, f"_{act}") for act in acts]
        self._weights = list(accumulate(acts.values()))

    def poisons(self, text: str) -> bool:
        return any(text.endswith(one.text) for one in self._poisoned)

    def _act(self) -> None:
        self._acts[bisect(self._weights, self.rng.random() * self._weights[-1])]()

    def _arrive(self) -> None:
        if self._left:
            self._post(self._left.pop(0))

    def _replay(self) -> None:
        again = [one for one in self._sent if not one.poisoned]  # that one repeats itself
        if again:
            self.counts["duplicates"] += 1
            self._post(self.rng.choice(again))

    def _post(self, message: Message) -> None:
        if message.smuggled:
            self._work("dispatch", lambda: smuggle.record(message, self.now()))
            return
        message.tries += 1
        event = message.webhook(self.clock.now)
        answer = self._work("ingest", lambda: ingest.handler(event, None))
        status = answer["statusCode"] if answer else 500
        message.accepted |= status < 300
        if message not in self._sent:
            self._sent.append(message)
        if status >= 500 and message.tries < TRIES:
            wait = self.rng.choice((1.0, 10.0, 60.0, 3_600.0))
            self._retries.append((self.clock.now + wait, message))

    def _inbox(self) -> bool:
        if not self.world.aws.inbox.messages:
            return False
        return self._poll("dispatch", self.world.aws.inbox, self._batch)

    def _hints(self) -> bool:
        return self._poll("dispatch", self.world.aws.hints, 10)

    def _approvals(self) -> bool:
        return self._poll("approve", self.world.aws.approvals, 10)

    def asked(self) -> list[tuple[str, str]]:
        """All questions, open or not."""
        return sorted(key for key in self.world.aws.table.rows if key[0].startswith("question#"))

    def _answer(self) -> None:
        """Somebody answers a question of their conversation, which may be answered already."""
        asked = self.asked()
        if not asked or self._answers >= MOST_ANSWERS:
            return
        self._answers += 1
        (lane, ref), number = self.rng.choice(asked), len(self.messages) + 1
        one = answer(lane.removeprefix("question#"), ref, number, self.rng)
        phone, now = self.world.phones[PEOPLE[one.channel, one.sender]], self.clock.now
        one.code = phone.wrong(now) if one.wrong else phone.code(now)
        self.messages.append(one)
        self._post(one)

    def _outbox(self) -> bool:
        return self._poll("deliver", self.world.aws.outbox, 1)

    def _poll(self, kind: str, queue: Queue, batch: int) -> bool:
        messages = self.world.aws.poll(queue, kind, batch) if queue.messages else []
        if not messages:
            return False
        handler = HANDLERS[kind]
        # What the poll received is what the worker may delete: others may get it meanwhile.
        receipts = {one.id: one.receipt for one in messages}
        chains = [one.chain for one in messages]
        answer = self._work(kind, lambda: handler(event_of(messages), None), chains)
        if answer is None:
            return True
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for id_, receipt in receipts.items():
            if id_ in failed:
                continue
            if self._faulty and not self.mood.calm and self.rng.random() < 0.05:
                self.counts["duplicates"] += 1
            else:
                queue.delete(receipt)
        return True

    def _invoke(self) -> bool:
        waiting = self.world.aws.invocations if self.clock.now >= self._busy else []
        ready = [one for one in waiting if one.not_before <= self.clock.now]
        if not ready:
            return False
        invocation = self.rng.choice(ready)
        if not self.world.aws.starts(invocation):
            return True
        if self._limits and self.rng.random() < 0.5:
            waiting.append(replace(invocation))  # Lambda may run it twice
        if self._work("tool", lambda: tool()(invocation.event, None), [invocation.chain]) is None:
            self.world.aws.failed(invocation)
        return True

    def _sweep(self) -> None:
        due = any(float(row["due_at"]["N"]) < self.clock.now + SKEW for row in self._due_rows())
        given_up = any(one.visible_at <= self.clock.now for one in self._given_up())
        if due or given_up:
            self._work("sweep", lambda: sweep.handler({}, None))
        waiting = Counter(one.event["id"] for one in self.world.aws.invocations)
        if max(waiting.values(), default=0) > MOST_HINTS:
            self.monitor.broken("F43", f"a call waits {max(waiting.values())} times for its tool")

    def _demote(self) -> None:
        """A sender may do less from now on, or is somebody else."""
        if not self._unrest:
            return
        message = self.rng.choice(self.messages)
        channel, sender = message.channel, message.sender
        person = PEOPLE[channel, sender]
        now, role = self.rng.choice(((person, "guest"), (SOMEBODY, "admin")))
        self._say(f"{sender} is {now}, a {role}")
        rows, key = self.world.aws.table.rows, (f"sender#{channel}/main/{sender}", "sender")
        version = {"N": str(int(rows[key]["version"]["N"]) + 1)}
        rows[key] = {**rows[key], "person": {"S": now}, "role": {"S": role}, "version": version}
        self.monitor.people[f"{channel}/main/{sender}"] = (now, role)

    def _throttle(self) -> None:
        """The tool's function is busy: Lambda keeps what comes for it."""
        if self._unrest:
            self._busy = self.clock.now + BUSY_SECONDS

    def _tick(self) -> None:
        self.clock.advance(self.rng.choice(TICKS))

    def _double(self) -> None:
        """An asynchronous invoke comes twice."""
        if waiting := self.world.aws.invocations:
            self.counts["duplicates"] += 1
            waiting.append(replace(self.rng.choice(waiting)))

    def _meddle(self) -> None:
        """An asynchronous invoke comes twice, late or never."""
        kind = self.rng.randrange(3)
        if kind == 0 or not (waiting := self.world.aws.invocations):
            self._double()
        elif kind == 1:
            self.rng.choice(waiting).not_before += self.rng.choice(TICKS)
        else:
            waiting.remove(self.rng.choice(waiting))

    def _delete(self) -> None:
        """A queue message is gone: of each message in the Inbox at most one copy, once."""
        queue = self.rng.choice(self._flowing())
        if not queue.messages:
            return
        lost = self.rng.choice(queue.messages)
        run = next((one.run_id for one in self.messages if one.run_id in lost.body), "")
        if '"envelope"' in lost.body:
            if run in self._halved:
                return
            self._halved.add(run)
        self._say(f"lost {lost.body[:80]}")
        queue.messages.remove(lost)

    def _overlap(self, worker: Worker) -> None:
        same = self._takers.get(worker.kind)
        if same is None or self.rng.random() < 0.4 or not same():
            self._act()

    def _meanwhile(self, slow: Worker) -> None:
        self._sweep()
        if slow.thawed and slow.kind in {"deliver", "tool"}:
            self._doomed = slow.kind if self.rng.random() < 0.7 else ""
            (self._outbox if slow.kind == "deliver" else self._invoke)()
            self._doomed = ""
        for _ in range(self.rng.randrange(4)):
            self._invoke()
        self._act()

    def _due_rows(self) -> list[Item]:
        return [row for row in self.world.aws.table.rows.values() if "due" in row]

    def _given_up(self) -> list[Letter]:
        return [one for queue in self.world.aws.given_up for one in queue.messages]
