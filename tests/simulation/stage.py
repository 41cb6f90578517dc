"""Workers at their calls: which of them is disturbed there, and how. One generator decides."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from switchboard import observe
from switchboard.errors import AppError, RateLimitedError, UnavailableError
from switchboard.net.http import HttpResponse
from tests.kit.clock import Clock
from tests.kit.environment import TOOL_PREFIX
from tests.kit.expressions import Item, UnsupportedError
from tests.kit.hops import Chain
from tests.kit.ports import Crash, When
from tests.kit.vendors import Effect
from tests.simulation import faults
from tests.simulation.messages import written
from tests.simulation.monitor import Monitor, Worker
from tests.simulation.runner import COUNTS
from tests.simulation.world import World, forget_adapter

T = TypeVar("T")
Key = tuple[str, str]
LIMITS = {
    "ingest": 10.0,
    "dispatch": 30.0,
    "approve": 30.0,
    "tool": 30.0,
    "deliver": 60.0,
    "sweep": 50.0,
}
FUNCTIONS = {"tool": f"{TOOL_PREFIX}desk"}
"""What the workers' functions are called, where not like their kind."""
FAULTS = (1, 2, 4, 7)
"""How many calls are disturbed before peace comes."""
FOCI = ("", "dispatch", "dispatch", "approve", "tool", "tool", "deliver", "sweep")
FOCUSED = (0.3, 3.0)
"""In most seeds one function is disturbed more than the others: by what factor those, and it."""
DEPTH = 3
SKEW = 5.0


class Stage:
    """The world of one seed, the workers that run in it, and what the faults do to them."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        self.seed = seed
        self.rng = rng = random.Random(seed)
        self.trace = trace
        self.mood = faults.CALM if seed % 8 == 0 else rng.choice(faults.MOODS)
        self.clock = Clock()
        self.world = World(self.clock, self)
        self.monitor = Monitor()
        self.used = rng.choice((0, 0, 0, 99))
        """Calls that everybody has already used of their hundred of the first day."""
        self.messages = written(
            rng, random.Random(f"parts of {seed}"), calm=self.mood.calm, both=bool(self.used)
        )
        self.counts = dict.fromkeys(COUNTS, 0)
        self.picky = 0 if self.mood.calm else random.Random(~seed).choice((0, 0, 0, 1, 2))
        """What the platforms take no message with: nothing, markup, any words but one sentence."""
        self.gone = 0
        """Answers that said of a chat that it is gone."""
        self._focus = "" if self.mood.calm else rng.choice(FOCI)
        self._faults = 1_000 if self.mood.calm else rng.choice(FAULTS)
        self.world.use(self.used)
        self.excuses = 0
        """Pushes that were disturbed, after which another may be a second one."""
        self._stack: list[Worker] = []
        self._outages: dict[str, list[BaseException]] = {}
        """What the next calls of each kind meet."""
        self._workers = self._places = 0
        self._faulty = True
        self._limits = not self.mood.calm and rng.random() < 0.1
        """The vendor turns away half of what it is asked."""
        self._silent = not self.mood.calm and rng.random() < 0.2
        self.harmed: set[str] = set()
        """Runs of messages that dispatch had in hand when something went wrong."""
        self._doomed = ""
        """The next worker of this kind that claims something dies."""

    # What the world asks and tells

    def now(self) -> float:
        return self.clock.now + (self._stack[-1].skew if self._stack else 0.0)

    def stand(self, operation: str, when: When) -> None:
        """A worker stands before a call, or has made it."""
        if not self._stack:
            return
        worker = self._stack[-1]
        if self.trace:
            self.trace(f"{'  ' * len(self._stack)}{worker.kind} {worker.number} {when} {operation}")
        if when == "after" and operation in faults.CHANGING:
            self._effected(operation, worker)
        if self._doomed or self._outages:
            self._fated(operation, when, worker)
        if when == "before" and operation.startswith("desk."):
            self._asks(worker)
        if self._faulty and self._faults > 0 and self._goes_wrong(operation, when, worker):
            self._disturb(operation, when, worker)
        if self.clock.now > worker.deadline and not worker.thawed:
            self._kill(worker, "timed out")

    def _goes_wrong(self, operation: str, when: When, worker: Worker) -> bool:
        # Where two meet, and most of all where one of them has overslept, more does.
        depth = len(self._stack)
        weight = faults.weight(operation, when) * (
            4 if depth > 1 and self._stack[0].thawed else depth
        )
        chance = worker.chance * weight
        return self.rng.random() < chance

    def wrote(self, key: Key, before: Item | None, after: Item) -> None:
        self.monitor.wrote(key, after, self._stack[-1] if self._stack else None, self.clock.now)
        if self.trace and "state" in after:
            self.trace(f"{'  ' * len(self._stack)}= {key[0]} {key[1]} {after['state']['S']}")

    def enqueued(self, body: str) -> None:
        if '"envelope"' not in body:
            return
        for one in self.messages:
            if one.place is None and one.run_id in body:
                self._places += 1
                one.place = self._places

    def happened(self, effect: Effect) -> None:
        worker = self._stack[-1] if self._stack else None
        self.monitor.happened(effect, worker, self.clock.now)

    def stored(self, key: str, *, again: bool) -> None:
        self.monitor.stored(key, again=again)

    def reply(self) -> tuple[HttpResponse | None, bool]:
        found = faults.reply(self.mood, self.rng) if self._faulty else (None, True)
        self.excuses += found[0] is not None
        self.gone += found[0] is faults.GONE
        return found

    def takes(self, words: str, *, markup: bool) -> bool:
        """Whether the platforms take such a message."""
        return not ((self.picky and markup) or (self.picky > 1 and faults.NOT_SHOWN not in words))

    # What goes wrong at a call

    def _fated(self, operation: str, when: When, worker: Worker) -> None:
        """What was decided earlier about this call."""
        claimed = when == "after" and (worker.kind == "deliver" or worker.holds is not None)
        if worker.kind == self._doomed and claimed:
            self._doomed = ""
            self._kill(worker, "is killed with its claim")
        if when == "before" and (left := self._outages.get(operation)):
            self._raise(left.pop(), worker)

    def _disturb(self, operation: str, when: When, worker: Worker) -> None:
        self._faults -= 1
        lost = when == "after" and operation in faults.CHANGING
        weights = faults.LOST if lost else faults.WEIGHTS[worker.effected]
        kind = self.rng.choices(faults.KINDS, weights)[0]
        if kind == "overlap" or self.mood.calm:
            if len(self._stack) < DEPTH:
                self._overlap(worker)
        elif kind == "crash":
            self._kill(worker, "crashes")
        elif kind == "delay":
            self._delay(worker)
        else:
            make = faults.before if when == "before" else faults.after
            error = make(operation, self.rng)
            if lost or self.rng.random() < 0.6:
                times = self.rng.choice(faults.TRIES if lost else faults.TIMES)
                self._outages[operation] = [error] * times
            self._raise(error, worker)

    def _delay(self, worker: Worker) -> None:
        long = worker.effected or worker.kind == "deliver"  # its group is locked for minutes
        self.clock.advance(self.rng.choice(faults.LONG if long else faults.DELAYS))
        self.monitor.met(worker, None, self.clock.now)
        frozen = worker.effected or worker.kind != "tool"
        if frozen and worker.late(self.clock.now) and self.rng.random() < 0.8:
            worker.thawed = True
            self.excuses += worker.kind == "deliver"
            self._say("goes on after its time")
        if len(self._stack) < DEPTH:
            self._meanwhile(worker)

    def _effected(self, operation: str, worker: Worker) -> None:
        """The vendor has done it, and may fall silent for as long as anybody looks for it."""
        worker.effected = True
        if self._silent and self._faulty and operation == "desk.notes.post":
            self._outages["desk.find"] = [UnavailableError("silent")] * 5
            self._raise(UnavailableError("silent"), worker)

    def _asks(self, worker: Worker) -> None:
        """The vendor is asked; it may have too much to do, and say when to come back."""
        self.monitor.asks(worker, self.clock.now)
        if self._limits and self._faulty and self.rng.random() < 0.5:
            self._raise(
                RateLimitedError("slower", retry_after=self.rng.choice(faults.WAITS)), worker
            )

    def _raise(self, error: BaseException, worker: Worker) -> None:
        self.excuses += worker.kind == "deliver"
        self._harm(worker, error)
        self._say(f"meets {error!r}"[:200])
        raise error

    def _kill(self, worker: Worker, how: str) -> None:
        self.counts["crashes"] += 1
        self.excuses += worker.kind == "deliver"
        self._harm(worker)
        self._say(how)
        raise Crash

    def _harm(self, worker: Worker, error: BaseException | None = None) -> None:
        self.monitor.met(worker, error, self.clock.now)
        if worker.kind == "dispatch":
            self.harmed.add(str(observe._known.get({}).get("run")))

    def plans(self, text: str) -> None:
        """Dispatch is about to plan a message."""
        if self.poisons(text):
            self._kill(self._stack[-1], "is poisoned")

    def hides(self, text: str) -> None:
        """A tool asks what a call would do of which nobody is told."""
        if any(one.deadly and one.hidden == text for one in self.messages):
            self._kill(self._stack[-1], "dies of what it looks at")

    def poisons(self, text: str) -> bool:
        """Whether what is said kills whoever plans it."""
        raise NotImplementedError

    def _say(self, what: str) -> None:
        if self.trace:
            self.trace(f"{'  ' * len(self._stack)}! {what}")

    def _overlap(self, worker: Worker) -> None:
        """Somebody else moves while a worker stands at a call."""
        raise NotImplementedError

    def _meanwhile(self, slow: Worker) -> None:
        """What others do while a worker is slow."""
        raise NotImplementedError

    def _work(self, kind: str, run: Callable[[], T], chains: Sequence[Chain] = ()) -> T | None:
        """What one run of a function returns; None when it raised or was killed."""
        self._workers += 1
        skew = self.rng.uniform(-SKEW, SKEW) if self._faulty and not self.mood.calm else 0.0
        self.clock.advance(0.01)
        focus = FOCUSED[kind == self._focus] if self._focus else 1.0
        chance = self.mood.chance * focus
        worker = Worker(kind, self._workers, self.clock.now + LIMITS[kind], skew, chance)
        self._stack.append(worker)
        cloud, name = self.world.aws, FUNCTIONS.get(kind, kind)
        chain, caller = cloud.hops.enter(name, chains), cloud.caller
        cloud.caller = name
        self._say("starts")
        try:
            with self.world.functions[kind]:
                return run()
        except Crash:
            self.world.functions[kind].restart()
            if kind == "tool":
                forget_adapter()
        except UnsupportedError:
            raise
        except Exception as error:  # noqa: BLE001  Lambda reports it and goes on
            self._say(f"raises {error!r}")
            if not isinstance(error, AppError | OSError):
                self.monitor.broken("I0", f"{kind} raised {error!r}")
        finally:
            worker.over = True
            cloud.hops.now, cloud.caller = chain, caller
            if cloud.denied:
                self.monitor.broken("I0", f"{kind} may not {cloud.denied}")
            self._stack.pop()
        return None
