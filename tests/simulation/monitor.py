"""What must hold at every single write, whoever writes."""

from dataclasses import dataclass, field

from tests.desk.vendor import Effect
from tests.expressions import Item
from tests.simulation.messages import Message

OP_MOVES = {
    "": {"PLANNED"},
    "PLANNED": {"STARTED"},
    "STARTED": {"STARTED", "PLANNED", "DONE", "FAILED", "UNKNOWN"},
}
ANSWER_MOVES = {
    "": {"READY"},
    "READY": {"SENDING"},
    "SENDING": {"SENDING", "READY", "SENT", "FAILED"},
}
HELD = {"STARTED", "SENDING"}
Key = tuple[str, str]


@dataclass
class Worker:
    """One run of one function, in its own process, with its own clock."""

    kind: str
    number: int
    started: float
    limit: float
    skew: float
    thawed: bool = False
    """It was frozen and goes on after its time; only after its effect, or where it has none."""
    effected: bool = False
    over: bool = False

    def late(self, now: float) -> bool:
        return now > self.started + self.limit

    def lives(self, now: float) -> bool:
        return not (self.over or self.thawed or self.late(now))


@dataclass
class Monitor:
    """Judges single writes; `violations` are pairs of an invariant and what broke it."""

    violations: list[tuple[str, str]] = field(default_factory=list)
    holders: dict[Key, Worker] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    states: dict[Key, str] = field(default_factory=dict)

    def broken(self, invariant: str, what: str) -> None:
        self.violations.append((invariant, what))

    def wrote(self, key: Key, after: Item, worker: Worker | None, now: float) -> None:
        pk, sk = key
        if pk.startswith("audit#"):
            if sk in self.records:
                self.broken("I6", f"audit record {sk} was overwritten")
            self.records.add(sk)
        elif pk.startswith("run#") and "#" in sk:
            moves = OP_MOVES if sk.startswith("op#") else ANSWER_MOVES
            self._moved(key, moves, after["state"]["S"], worker, now)

    def _moved(
        self, key: Key, moves: dict[str, set[str]], state: str, worker: Worker | None, now: float
    ) -> None:
        before, self.states[key] = self.states.get(key, ""), state
        where = f"{key[0]} {key[1]}"
        if state not in moves.get(before, ()):
            self.broken("I2", f"{where} went from {before} to {state}")
        holder = self.holders.get(key)
        if before in HELD and holder is not worker and holder is not None:
            if state not in HELD:
                self.broken("I3", f"{where} became {state} by one who does not hold it")
            elif holder.lives(now):
                self.broken("I2", f"{where} was taken from a worker who lives")
        if state in HELD and worker is not None:
            self.holders[key] = worker

    def happened(self, effect: Effect, message: Message, worker: Worker | None) -> None:
        """An effect at the vendor, in the moment that it happens."""
        key = (f"run#{message.run_id}", "op#000")
        if message.effect == "destructive":
            self.broken("I8", f"{effect.operation} ran without a grant")
        if f"{effect.key}#intent" not in self.records:
            self.broken("I6", f"{effect.operation} happened without an intent record")
        if self.states.get(key) != "STARTED" or self.holders.get(key) is not worker:
            self.broken("I2", f"{effect.operation} by a worker who does not hold {message.text}")

    def stored(self, key: str, *, again: bool) -> None:
        if again:
            self.broken("I9", f"the stored {key} was overwritten")
