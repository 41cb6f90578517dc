"""What must hold at every single write, whoever writes."""

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field

from switchboard.errors import RateLimitedError, RejectedError
from switchboard.ledger.stops import SHARDS
from switchboard.models import ROLES
from tests.kit.expressions import Item
from tests.kit.vendors import Effect

OP_MOVES = {
    "": {"PLANNED"},
    "PLANNED": {"STARTED", "STOPPED", "EXPIRED", "UNKNOWN", "FAILED"},
    "STARTED": {"STARTED", "PLANNED", "DONE", "FAILED", "UNKNOWN", "EXPIRED", "STOPPED", "ASKED"},
}
QUESTION_MOVES = {
    "": {"GATHERING", "ASKED"},
    "GATHERING": {"ASKED", "VOID"},
    "ASKED": {"APPROVED", "DENIED", "LAPSED"},
}
REPLY_MOVES = {
    "": {"READY"},
    "READY": {"SENDING"},
    "SENDING": {"SENDING", "READY", "HELD", "SENT", "FAILED"},
    "HELD": {"READY"},
}
RUN_MOVES = {
    "": {"OPEN", "CLOSED"},
    "OPEN": {"PLANNING", "CLOSED"},
    "PLANNING": {"PLANNING", "OPEN", "WAITING", "CLOSED"},
    "WAITING": {"PLANNING", "CLOSED"},
}
HELD = {"STARTED", "SENDING"}
STALE_SECONDS = 900.0 + 30.0 + 4 * 5.0
"""The cap on a run, one function's time, and the skew of two clocks."""
CLOCKS_SECONDS = 10.0
"""By how much two skewed clocks differ."""
_COMMAND = re.compile(
    r'"id":"([^"]+)","method":"([^"]+)".*?"actor":"([^"]+)","role":"([^"]+)".*?"lane":"([^"]+)"'
    r'.*?"sender":"([^"]*)","asked_at":([0-9.]+),"repeats":(\S).*?"looks":(\S).*?"tainted":(\w+)'
)
Key = tuple[str, str]


@dataclass(slots=True)
class Worker:
    """One run of one function, in its own process, with its own clock."""

    kind: str
    number: int
    deadline: float
    """When Lambda ends it."""
    skew: float
    chance: float
    """That something goes wrong at one of its calls."""
    thawed: bool = False
    """It was frozen and goes on after its time; only after its effect, or where it has none."""
    effected: bool = False
    over: bool = False
    holds: Key | None = None
    """The op that it has started."""

    def late(self, now: float) -> bool:
        return now > self.deadline

    def lives(self, now: float) -> bool:
        return not (self.over or self.thawed or self.late(now))


@dataclass(frozen=True)
class Call:
    """What a row's command says."""

    op_id: str
    method: str
    actor: str
    role: str
    lane: str
    sender: str
    asked_at: float
    repeats: bool
    looks: bool
    tainted: bool

    @property
    def changes(self) -> bool:
        return self.method not in {"notes.list", "notes.export"} and not self.looks


@dataclass(slots=True)
class Monitor:
    """Judges single writes; `violations` are pairs of an invariant and what broke it."""

    violations: list[tuple[str, str]] = field(default_factory=list)
    holders: dict[Key, Worker] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    names: dict[Key, str] = field(default_factory=dict)
    """What the holders call themselves."""
    states: dict[Key, str] = field(default_factory=dict)
    calls: dict[Key, Call] = field(default_factory=dict)
    effects: list[Key] = field(default_factory=list)
    """Whose effects happened, in their order."""
    pending: dict[Key, float] = field(default_factory=dict)
    waits: dict[Key, float] = field(default_factory=dict)
    """Until when a vendor does not want to be asked, as it told who holds an op; as is written."""
    doubtful: set[Key] = field(default_factory=set)
    """Ops with a try that met more than a vendor's refusal."""
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who senders are now, and their roles, as far as that has changed."""
    approved: Counter[str] = field(default_factory=Counter)
    """What calls write that were approved."""
    asked: dict[Key, list[str]] = field(default_factory=dict)
    """The calls of each question, as they were when it was asked."""
    stopped: set[str] = field(default_factory=set)
    """Partitions in which a stop stands."""

    def broken(self, invariant: str, what: str) -> None:
        self.violations.append((invariant, what))

    def wrote(self, key: Key, after: Item, worker: Worker | None, now: float) -> None:
        pk, sk = key
        if pk.startswith("audit#"):
            if sk in self.records:
                self.broken("I6", f"audit record {sk} was overwritten")
            self.records.add(sk)
        elif sk in {"lane", "stop"}:
            (self.stopped.add if "stopped_at" in after else self.stopped.discard)(pk)
        elif pk.startswith("question#"):
            self._asked(key, after, worker, now)
        elif sk == "run":
            self._moved(key, RUN_MOVES, after["state"]["S"], worker, now)
        elif pk.startswith("run#"):
            self._stepped(key, after, worker, now)

    def _asked(self, key: Key, after: Item, worker: Worker | None, now: float) -> None:
        state, calls = after["state"]["S"], [one["S"] for one in after["calls"]["L"]]
        self._moved(key, QUESTION_MOVES, state, worker, now)
        if state == "LAPSED" and now + CLOCKS_SECONDS < float(after["until"]["N"]):
            self.broken("I8", f"{key[1]} has lapsed before its time was over")
        if state != "GATHERING" and self.asked.setdefault(key, calls) != calls:
            self.broken("I8", f"{key[1]} is about other calls than when it was asked")
        if state == "APPROVED":
            self.approved.update(text_of(one) for one in calls)

    def _stepped(self, key: Key, after: Item, worker: Worker | None, now: float) -> None:
        moves = OP_MOVES if key[1].startswith("op#") else REPLY_MOVES
        if moves is OP_MOVES and key not in self.calls:
            self.calls[key] = _call(after)
        if after["state"]["S"] not in HELD or self._is_taken(key, after):
            self._moved(key, moves, after["state"]["S"], worker, now)

    def _is_taken(self, key: Key, after: Item) -> bool:
        """Whether somebody took the row; else something else in it has changed."""
        before, self.names[key] = self.names.get(key, ""), after["holder"]["S"]
        return before != self.names[key]

    def _moved(
        self, key: Key, moves: dict[str, set[str]], state: str, worker: Worker | None, now: float
    ) -> None:
        before, self.states[key] = self.states.get(key, ""), state
        if before == "STARTED" and (until := self.pending.pop(key, None)) and state == "PLANNED":
            self.waits[key] = until
        if state == before and state not in HELD:
            return  # something else in the row has changed
        where = f"{key[0]} {key[1]}"
        if state not in moves.get(before, ()):
            self.broken("I2", f"{where} went from {before} to {state}")
        holder = self.holders.get(key)
        if before in HELD and holder is not worker and holder is not None:
            self._lost(where, state, holder, now)
        if state in HELD and worker is not None:
            self.holders[key] = worker
            if state == "STARTED" and worker.kind == "tool":
                worker.holds = key
                self._started(where, self.calls[key])

    def _lost(self, where: str, state: str, holder: Worker, now: float) -> None:
        """Somebody else moved a row that had a holder."""
        if holder.lives(now):
            self.broken("I2", f"{where} was taken from a worker who lives")
        elif state not in HELD and state not in {"STOPPED", "EXPIRED", "UNKNOWN", "FAILED"}:
            self.broken("I3", f"{where} became {state} by one who does not hold it")

    def _started(self, where: str, call: Call) -> None:
        shard = f"stop#{zlib.crc32(call.lane.encode()) % SHARDS}"
        if call.changes and not self.stopped.isdisjoint({f"lane#{call.lane}", shard}):
            self.broken("P14", f"{where} ({call.method}) started after a stop")
        person, role = self.people.get(call.sender, (call.actor, call.role))
        if call.changes and (person != call.actor or ROLES.index(role) < ROLES.index(call.role)):
            self.broken("F38", f"{where} ({call.method}) started for {person}, a {role} now")

    def met(self, worker: Worker, error: BaseException | None, now: float) -> None:
        """What a worker met at a call, or in its place: its end, or a long time."""
        if worker.holds is None:
            return
        if isinstance(error, RateLimitedError):
            self.pending[worker.holds] = now + error.retry_after
        elif not isinstance(error, RejectedError):
            self.doubtful.add(worker.holds)

    def asks(self, worker: Worker, now: float) -> None:
        """A worker is about to ask the vendor."""
        until = self.waits.get(worker.holds, 0.0) if worker.holds else 0.0
        if now < until - CLOCKS_SECONDS and not worker.thawed:
            self.broken("F39", f"{worker.holds} asked its vendor {until - now:.0f} s too early")

    def happened(self, effect: Effect, worker: Worker | None, now: float) -> None:
        """An effect at the vendor, in the moment that it happens."""
        key = worker.holds if worker else None
        if key is None or self.states[key] != "STARTED" or self.holders.get(key) is not worker:
            self.broken("I2", f"{effect} by a worker who does not hold its op")
            return
        call = self.calls[key]
        if (call.tainted or call.method == "notes.burn") and not self.approved[effect.text]:
            self.broken("I8", f"{effect.operation} ran, and nobody had approved it")
        if f"{call.op_id}#intent" not in self.records:
            self.broken("I6", f"{effect.operation} happened without an intent record")
        if call.asked_at and now > call.asked_at + STALE_SECONDS:
            self.broken("F31", f"{effect.operation} ran {now - call.asked_at:.0f} s after the ask")
        if key in self.effects:
            self.broken("I2", f"{key[0]} had its effect again")
        self.effects.append(key)

    def stored(self, key: str, *, again: bool) -> None:
        if again:
            self.broken("I9", f"the stored {key} was overwritten")


def text_of(command: str) -> str:
    """What a call writes: the first text in its JSON."""
    return command.partition('"text":"')[2].partition('"')[0]


def _call(row: Item) -> Call:
    found = _COMMAND.search(row["command"]["S"])
    assert found, row["command"]["S"]
    *facts, asked_at, repeats, looks, tainted = found.groups()
    return Call(*facts, float(asked_at), repeats != "n", looks != "n", tainted == "true")
