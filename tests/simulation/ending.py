"""What must hold when all is quiet: the invariants of one seed, and the promises' own."""

from collections import Counter
from typing import Any

from msgspec import json

from switchboard.ledger.replies import Reply
from tests.simulation.acts import SOMEBODY
from tests.simulation.asked import Questions
from tests.simulation.faults import NOT_SHOWN, TOO_LONG
from tests.simulation.messages import AGAIN, OPERATIONS, Message, question_of, told
from tests.simulation.monitor import Call
from tests.simulation.seed import Seed
from tests.simulation.world import IMPATIENT, PEOPLE

UNSURE = "This may have happened"
LOST = "I could not handle your message"
CAP = 100
ANSWERS = {"approve", "deny"}
REPEATABLE = {"idempotent", "once"}
"""Effect classes of which a person's repetition may be a second effect."""
Row = dict[str, Any]


def judge(seed: Seed) -> list[tuple[str, str]]:
    """All violations of a settled seed."""
    Ending(seed).check()
    return seed.monitor.violations


class Ending:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.world = seed, seed.world
        self.broken = seed.monitor.broken
        self.table = self.world.aws.table
        self.effects = Counter(seed.monitor.effects)
        self.texts = Counter(one.text for one in self.world.vendor.effects)
        self.audits: dict[str, list[Row]] = {}
        """The records of each call or message, by its id."""
        for row in self.table.found("audit#"):
            self.audits.setdefault(row["op_id"], []).append(row)
        self.buried = {row["sk"] for row in self.table.found("dead")}
        self.repeats: Counter[str] = Counter()
        self.refs: set[tuple[str, str]] = set()
        """What was repeated."""

    def check(self) -> None:
        calls = self.seed.monitor.calls
        ops = [key for key, one in calls.items() if key[1] == "op#000" or not one.looks]
        for key in self.seed.monitor.calls:
            self._op(key, self.table.plain(*key) or {}, self.seed.monitor.calls[key])
        self._effects()
        spare = self.seed.excuses
        for message in self.seed.messages:
            spare -= self._message(message)
        if spare < 0:
            self.broken("I4", f"{-spare} pushes too many")
        self._usage(ops)
        Questions(self.seed, self.ops_of).check()
        for row in self.table.found("run#"):
            if row["sk"] == "run" and (row["state"], row["pending"]) != ("CLOSED", 0):
                self.broken("I10", f"{row['pk']} is {row['state']}, {row['pending']} are pending")

    # Effects

    def _effects(self) -> None:
        places: dict[str, tuple[int, str]] = {}
        runs = {one.run_id: one for one in self.seed.messages}
        for pk, step in self.seed.monitor.effects:
            message = runs.get(pk.partition("#")[2])
            if message is None:
                self.broken("I2", f"{pk} is no message's, but had an effect")
                continue
            if message.place is None:
                continue
            place = (message.place, step)
            if place < places.get(message.lane, (0, "")):
                self.broken("I5", f"{message.text} {step} happened after a later effect")
            places[message.lane] = place
        for effect in self.world.vendor.effects:
            again = self.repeats[effect.text] if _class(effect.operation) in REPEATABLE else 0
            if self.texts[effect.text] > 1 + again:
                self.broken("I2", f"{effect.text} happened {self.texts[effect.text]} times")
        self.seed.counts["effects"] = len(self.world.vendor.effects)

    def _op(self, key: tuple[str, str], op: Row, call: Call) -> None:
        state, where = op["state"], f"{key[0]} {key[1]} ({call.method})"
        text = op["command"].partition('"text":"')[2].partition('"')[0]
        for name in ("unknown", "stopped", "expired"):
            self.seed.counts[name] += state == name.upper()
        self.repeats[text] += key[1] == "op#000" and not call.looks
        if not call.changes and self.effects[key]:
            self.broken("I3", f"{where} only reads, but it had an effect")
        if call.changes and state == "DONE" and not self.texts[text]:
            self.broken("I3", f"{where} is DONE, but it never happened")
        if state in {"FAILED", "EXPIRED", "STOPPED", "ASKED"} and self.effects[key]:
            self.broken("I3", f"{where} {state}, but it happened")
        asked = call.tainted or call.method == "notes.burn"
        asking = asked and '"grant":""' in op["command"]  # tries do nothing
        self._only_asked(where, op, asking=asking)
        if state in {"EXPIRED", "STOPPED"} and op["attempt"] > 1 and not asking:
            self.broken("I3", f"{where} {state} after {op['attempt']} tries")
        if state == "UNKNOWN" and op["attempt"] < 1:
            self.broken("I8", f"{where} is UNKNOWN, but was never tried")
        if state == "UNKNOWN" and key not in self.seed.monitor.doubtful and not call.repeats:
            self.broken("F39", f"{where} is UNKNOWN, but was only turned away")
        self._recorded(where, state, call.op_id)

    def _only_asked(self, where: str, op: Row, *, asking: bool) -> None:
        """No try of a call that is to be approved does anything, so it is never in doubt."""
        smuggled = '"asks":null' in op["command"]
        if asking and not smuggled and op["state"] in {"DONE", "UNKNOWN"}:
            self.broken("I8", f"{where} is {op['state']}, and only asked")

    def _recorded(self, where: str, state: str, op_id: str) -> None:
        said = self.audits.get(op_id, [])
        intents = sum(row["phase"] == "intent" for row in said)
        if intents != 1:
            self.broken("I6", f"{where} has {intents} intent records")
        ends = [row["outcome"] for row in said if row["phase"] == "outcome"]
        if ends != [state]:
            self.broken("I6", f"{where} is {state}, its record says {ends}")

    # Answers

    def ops_of(self, message: Message) -> list[Row]:
        """The rows of what a message came to, in their order, without those that only look."""
        run = f"run#{message.run_id}"
        keys = [key for key in sorted(self.seed.monitor.calls) if key[0] == run]
        calls = self.seed.monitor.calls
        own = [key for key in keys if key[1] == "op#000" or not calls[key].looks]
        return [self.table.plain(*key) or {} for key in own]

    def _message(self, message: Message) -> int:
        """Judge one message; how many times too often it was answered."""
        ops = self.ops_of(message)
        op, answers = next(iter(ops), None), self._answers(message, ops)
        if None in answers:
            late = message.operation in ANSWERS  # it may have waited too long, for a no
            if (message.accepted and not late) or op is not None:
                self.broken("I1", f"{message.text} ({message.operation}) has no answer")
            return 0
        self._taken(message, op)
        texts = told(self.world, message, len(answers))
        self._answer(message, [one["state"] for one in answers if one], texts)
        words = [text for text in texts if NOT_SHOWN not in text]
        if op is not None:
            self._told(message, ops, words)
            if message.operation == "repeat":
                self._again(message)
        if message.run_id in self.buried:
            self._buried(message, op, words)
        if message.much and op is not None and op["state"] == "DONE":
            self._whole(message, answers[0] or {})
        return max(0, len(texts) - len(answers))

    def _answers(self, message: Message, ops: list[Row]) -> list[Row | None]:
        """The rows of what is told of a message: each call's, or one for those asked about."""
        run, asked = f"run#{message.run_id}", [one for one in ops if one["state"] == "ASKED"]
        steps = [one["sk"][-3:] for one in ops if one not in asked] or ["000"] * (not ops)
        found = [self.table.plain(run, f"answer#{step}") for step in steps]
        question = question_of(self.world, message) if asked else None
        if asked:
            id_ = question["id"] if question else ""
            found.append(self.table.plain(f"run#{id_}", "answer#000"))
        return found

    def _taken(self, message: Message, op: Row | None) -> None:
        """What needs an approval is done by a yes alone."""
        if op is None:
            return
        asked = message.smuggled or message.effect == "destructive"
        if asked and op["state"] == "DONE":
            self.broken("I8", f"{message.text} was done unasked")
        if message.operation == "deny":
            self.broken("I8", f"{message.text} is no yes, and was taken for one")

    def _buried(self, message: Message, op: Row | None, texts: list[str]) -> None:
        self.seed.counts["dead"] += 1
        patient = self.world.aws.inbox.max_receive > IMPATIENT
        if patient and not message.poisoned and message.run_id not in self.seed.harmed:
            self.broken("F8", f"{message.text} is buried, but nothing was wrong with it")
        if op is not None or not all(LOST in text for text in texts):
            self.broken("I1", f"{message.text} is buried, but not as lost: {texts}")

    def _whole(self, message: Message, answer: Row) -> None:
        """An answer that is too long for its row brings all of it in a file."""
        found = json.decode(answer["answer"], type=Reply).result.result
        whole = self.world.aws.objects.get(found.files[0].key) if found and found.files else None
        if whole is None or len(whole.body) < TOO_LONG:
            self.broken("F42", f"{message.text}: the rest of the answer is nowhere")

    def _again(self, message: Message) -> None:
        self.seed.counts["repeated"] += 1
        if (ref := (message.lane, message.ref)) in self.refs:
            self.broken("I2", f"{message.ref} was repeated twice")
        self.refs.add(ref)

    def _answer(self, message: Message, states: list[str], texts: list[str]) -> None:
        sent, many = all(one == "SENT" for one in states), len(states)
        if sent and len(texts) < many and message.operation != "check":  # looks are not told
            self.broken("I4", f"{message.text} was answered, but {len(texts)} of {many} were told")
        if not {"SENT", "FAILED"}.issuperset(states):
            self.broken("I1", f"{message.text} ended with answers that are {states}")
        if message.channel != "telegram" and len(texts) > many:
            self.broken("I4", f"{message.text} was answered {len(texts)} times, not {many}")
        if sum(AGAIN not in text for text in texts) > many:  # who was frozen may push last
            self.broken("I4", f"too many answers to {message.text}, and none says it is again")
        if "FAILED" in states and not self.seed.gone:
            self.broken("F44", f"{message.text} was given up, but its chat is there")
        said = self.audits.get(message.run_id, [])
        stopped = any("Stopped: no change" in text for text in texts)
        recorded = any(
            row["outcome"].startswith("stop") for row in said if row["phase"] == "control"
        )
        shown = sent and not any(NOT_SHOWN in text for text in texts)
        if stopped is not recorded and (stopped or shown):  # the chat may be gone
            self.broken("I6", f"{message.text}: a stop is told and recorded, or neither")

    def _told(self, message: Message, ops: list[Row], texts: list[str]) -> None:
        states = {one["state"] for one in ops}
        for text in texts:
            unsure = UNSURE in text
            if unsure is not ("UNKNOWN" in states) and (unsure or len(ops) == 1):
                self.broken("I3", f"{message.text} is {states}, the person read {text!r}")

    # Caps

    def _usage(self, ops: list[tuple[str, str]]) -> None:
        """Every person's calls are counted, each once, and never beyond the cap."""
        smuggled = {
            f"run#{one.run_id}"
            for one in self.seed.messages
            if one.smuggled or one.operation in ANSWERS
        }
        calls_of = self.seed.monitor.calls
        for person in {*PEOPLE.values(), SOMEBODY}:
            rows = self.table.found(f"usage#{person}")
            calls = [int(row.get("calls", 0)) for row in rows]
            made = [key for key in ops if calls_of[key].actor == person and key[0] not in smuggled]
            if sum(calls) - self.seed.used * (person != SOMEBODY) != len(made):
                self.broken("P15", f"{person} made {len(made)} calls, counted are {calls}")
            if max(calls, default=0) > CAP:
                self.broken("P15", f"{person} has used {calls} calls of {CAP}")


def _class(operation: str) -> str:
    return OPERATIONS[operation]
