"""What must hold when all is quiet: the invariants of one seed, I1 to I8."""

from collections import Counter

from tests.simulation.messages import Message, told
from tests.simulation.seed import Seed

UNSURE, AGAIN = "This may have happened", "(sent again)"
ATTEMPTS = 2


def judge(seed: Seed) -> list[tuple[str, str]]:
    """All violations of a settled seed."""
    Ending(seed).check()
    return seed.monitor.violations


class Ending:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.world = seed, seed.world
        self.broken = seed.monitor.broken
        self.effects = Counter(one.text for one in self.world.vendor.effects)
        self.audits = self.world.aws.table.found("audit#")
        self.dead = {
            one.text
            for one in seed.messages
            if any(one.run_id in letter.body for letter in self.world.aws.inbox_dead.messages)
        }

    def check(self) -> None:
        self._effects()
        spare = self.seed.excuses
        for message in self.seed.messages:
            spare -= self._message(message)
        if spare < 0:
            self.broken("I4", f"{-spare} pushes too many")

    def _effects(self) -> None:
        places: dict[str, int] = {}
        by_text = {one.text: one for one in self.seed.messages}
        for effect in self.world.vendor.effects:
            message = by_text[effect.text]
            if message.place is None or message.text in self.dead:
                continue
            if message.place < places.get(message.lane, 0):
                self.broken("I5", f"{message.text} happened after a later message's effect")
            places[message.lane] = message.place
        for text, count in self.effects.items():
            if count > 1:
                self.broken("I2", f"{text} happened {count} times")
        self.seed.counts["effects"] = len(self.effects)

    def _message(self, message: Message) -> int:
        """Judge one message; how many times too often it was answered."""
        run = f"run#{message.run_id}"
        op = self.world.aws.table.plain(run, "op#000")
        answer = self.world.aws.table.plain(run, "answer#000")
        if op is not None:
            self._op(message, op)
        if answer is None:
            if (message.accepted and message.text not in self.dead) or op is not None:
                self.broken("I1", f"{message.text} ({message.operation}) has no answer")
            return 0
        texts = told(self.world, message)
        self._answer(message, answer["state"], texts)
        if op is not None:
            self._told(message, op, texts)
        return max(0, len(texts) - 1)

    def _answer(self, message: Message, state: str, texts: list[str]) -> None:
        if state == "SENT" and not texts:
            self.broken("I4", f"{message.text} was answered, but nobody was told")
        if state not in {"SENT", "FAILED"}:
            self.broken("I1", f"{message.text} ended with an answer that is {state}")
        if message.channel != "telegram" and len(texts) > 1:
            self.broken("I4", f"{message.text} was answered {len(texts)} times")
        if any(AGAIN not in text for text in texts[1:]):
            self.broken("I4b", f"a second answer to {message.text} does not say so")

    def _op(self, message: Message, op: dict[str, object]) -> None:
        state, effects = op["state"], self.effects[message.text]
        if message.changes and state == "DONE" and not effects:
            self.broken("I3", f"{message.text} is DONE, but it never happened")
        if message.changes and state == "FAILED" and effects:
            later = message.effect != "once" and int(str(op["attempt"])) > 1
            self.broken(
                "I3c" if later else "I3b",
                f"{message.text} ({message.operation}) FAILED, but it happened",
            )
        if state == "UNKNOWN":
            self.seed.counts["unknown"] += 1
            tries = int(str(op["attempt"]))
            if message.effect != "once" and tries < ATTEMPTS:
                self.broken("I8", f"{message.operation} is UNKNOWN after {tries} tries")
        if message.effect == "destructive" and not message.smuggled:
            self.broken("I8", f"{message.text} was planned without a grant")
        id_ = next(
            (
                row["op_id"]
                for row in self.audits
                if row["phase"] == "intent" and row["run"] == message.run_id
            ),
            "",
        )
        if not id_:
            self.broken("I6", f"{message.text} has no intent record")
        outcomes = [
            row["outcome"]
            for row in self.audits
            if row["phase"] == "outcome" and row["op_id"] == id_
        ]
        if outcomes != [state]:
            self.broken("I6", f"{message.text} is {state}, its record says {outcomes}")

    def _told(self, message: Message, op: dict[str, object], texts: list[str]) -> None:
        for text in texts:
            unsure = UNSURE in text
            if unsure is not (op["state"] == "UNKNOWN"):
                self.broken("I3", f"{message.text} is {op['state']}, the person read {text!r}")
