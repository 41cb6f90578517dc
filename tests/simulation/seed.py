"""One seed: who moves next and what is lost or doubled on the way; then peace."""

from bisect import bisect
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from functions.deliver import app as deliver
from functions.dispatch import app as dispatch
from functions.ingest import app as ingest
from functions.sweep import app as sweep
from tests.kit.expressions import Item
from tests.kit.queues import Message as Letter
from tests.kit.queues import Queue, event_of
from tests.simulation import faults, smuggle
from tests.simulation.messages import Message, second_thoughts
from tests.simulation.monitor import Worker
from tests.simulation.stage import SKEW, Stage
from tests.simulation.world import installed, tool

ACTS = {
    "arrive": 36, "inbox": 32, "hints": 16, "outbox": 28, "invoke": 32, "sweep": 4, "tick": 12,
    "replay": 1, "meddle": 5, "delete": 4,
}  # fmt: skip
CALM_ACTS = {
    "arrive": 24,
    "inbox": 32,
    "hints": 16,
    "outbox": 24,
    "invoke": 32,
    "replay": 1,
    "double": 1,
}
TICKS = (0.01, 1.0, 10.0, 31.0, 61.0, 61.0, 95.0, 200.0, 400.0)
BATCHES, BOTH = (1, 10, 10, 10, 10), 2
"""How much of the Inbox one poll brings: one message, all of them, or both copies of one."""
TRIES = 4
STEPS, ROUNDS = 3_000, 150
MINUTE = 60.0
"""Between two sweeps, once all is quiet; before that the sweep comes whenever a row is due."""


class Seed(Stage):
    """Lambda, SQS and the platforms in one: whoever can move next, may."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        super().__init__(seed, trace)
        self._left = list(self.messages)
        self._poisoned = [one for one in self.messages if one.poisoned]
        self._sent: list[Message] = []
        self._batch = BOTH if self._poisoned or self.used else self.rng.choice(BATCHES)
        self._retries: list[tuple[float, Message]] = []
        self._halved: set[str] = set()
        self._takers = {"dispatch": self._inbox, "tool": self._invoke, "deliver": self._outbox}
        acts = CALM_ACTS if self.mood.calm else ACTS
        self._acts = [getattr(self, f"_{act}") for act in acts]
        self._weights = list(accumulate(acts.values()))

    def run(self) -> "Seed":
        """Disturb, then settle."""
        with installed(self.world, self, self.seed):
            self._disturbed(self.rng.randrange(25, 55))
            if self.mood.calm:
                self._drain()
                if due := self._due():
                    self.monitor.broken("I7", f"waits for a sweep though nothing failed: {due}")
            self._settle()
            self._left = second_thoughts(self.world, self.rng, len(self.messages) + 1)
            if self._left:
                self.messages += self._left
                self._faults += 3
                self._disturbed(30)
                self._settle()
        return self

    def _disturbed(self, steps: int) -> None:
        """Everybody moves, and everything goes wrong, until all is said."""
        self._faulty = True
        if self.used or self._focus == "dispatch" or self.rng.random() < 0.2:
            self._rush()
        while self._left or (steps > 0 and self._faults > 0):
            steps -= 1
            self._act()
        self._bury()
        self._faulty = False
        ours = [name for name in self._outages if not name.startswith("desk.")]
        for name in ours:  # a vendor may stay down a little longer
            del self._outages[name]

    def _rush(self) -> None:
        """All is said before anything is done, and maybe what came first cannot be committed."""
        while self._left:
            self._arrive()
        if not self.mood.calm and self.rng.random() < 0.3:
            both_copies = [faults.refused("AccessDeniedException", 403)] * 2
            self._outages["dynamodb.TransactWriteItems"] = both_copies

    def _bury(self) -> None:
        """A message on its way to the dead letters is watched to its end."""
        runs = [one.run_id for one in self._poisoned]
        if runs:
            self._focus, self._faults = "sweep", self._faults + 4
        for _ in range(ROUNDS if runs else 0):
            cloud = self.world.aws
            waiting = (*cloud.inbox.messages, *cloud.inbox_dead.messages)
            times = [one.visible_at for run in runs for one in waiting if run in one.body]
            if not times:
                return
            self.clock.advance(max(0.0, min(times) - self.clock.now))
            self._inbox()
            self._sweep()
            self._act()

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

    def _outbox(self) -> bool:
        return self._poll("deliver", self.world.aws.outbox, 1)

    def _poll(self, kind: str, queue: Queue, batch: int) -> bool:
        messages = self.world.aws.poll(queue, kind, batch) if queue.messages else []
        if not messages:
            return False
        handler = dispatch.handler if kind == "dispatch" else deliver.handler
        self._poisonous = any(one.run_id in messages[0].body for one in self._poisoned)
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
        waiting = self.world.aws.invocations
        ready = [one for one in waiting if one.not_before <= self.clock.now]
        if not ready:
            return False
        invocation = self.rng.choice(ready)
        if not self.world.aws.starts(invocation):
            return True
        if self._work("tool", lambda: tool()(invocation.event, None), [invocation.chain]) is None:
            self.world.aws.failed(invocation)
        return True

    def _sweep(self) -> None:
        due = any(float(row["due_at"]["N"]) < self.clock.now + SKEW for row in self._due_rows())
        given_up = any(one.visible_at <= self.clock.now for one in self._given_up())
        if due or given_up:
            self._work("sweep", lambda: sweep.handler({}, None))

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

    # Peace

    def _drain(self) -> None:
        for _ in range(STEPS):
            if not (self._inbox() or self._hints() or self._invoke() or self._outbox()):
                return
        self.monitor.broken("I7", f"not quiet after {STEPS} steps")

    def _settle(self) -> None:
        """Time passes until nothing is left to do."""
        for _ in range(ROUNDS):
            self._drain()
            if not self._outstanding():
                return
            self.clock.advance(self._pause())
            now = self.clock.now
            again = [message for at, message in self._retries if at <= now]
            self._retries = [one for one in self._retries if one[0] > now]
            for message in again:
                self._post(message)
            self._sweep()
        self.monitor.broken("I7", f"still waits after {ROUNDS} sweeps: {self._outstanding()}")

    def _pause(self) -> float:
        """Until the sweep comes and something can move; longer than the skew of any clock."""
        cloud, now = self.world.aws, self.clock.now
        times = [one.not_before for one in cloud.invocations]
        times += [one.visible_at for queue in self._flowing() for one in queue.messages]
        times += [float(row["due_at"]["N"]) for row in self._due_rows()]
        times += [one.visible_at for one in self._given_up()]
        times += [at for at, _ in self._retries]
        soonest = min(times, default=now + 60.0) - now
        return max(soonest, MINUTE) + 6.0

    def _due_rows(self) -> list[Item]:
        return [row for row in self.world.aws.table.rows.values() if "due" in row]

    def _due(self) -> list[str]:
        return [f"{row['pk']['S']} {row['sk']['S']}" for row in self._due_rows()]

    def _given_up(self) -> list[Letter]:
        return [one for queue in self.world.aws.given_up for one in queue.messages]

    def _flowing(self) -> tuple[Queue, ...]:
        cloud = self.world.aws
        return cloud.inbox, cloud.hints, cloud.outbox

    def _outstanding(self) -> list[str]:
        """Whatever still waits, in words."""
        cloud = self.world.aws
        lanes = [
            f"{key[0]} {row['ops']['L']}"
            for key, row in cloud.table.rows.items()
            if key[1] == "lane" and row.get("ops", {}).get("L")
        ]
        queued = [one.body for queue in self._flowing() for one in queue.messages]
        queued += [one.body for one in self._given_up()]
        invokes = [one.function for one in cloud.invocations]
        return self._due() + lanes + queued + invokes + [one.text for _, one in self._retries]
