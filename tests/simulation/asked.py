"""What must hold of questions when all is quiet: they show what they grant, and end once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from msgspec import json

from tests.simulation.faults import NOT_SHOWN
from tests.simulation.messages import CONTROL, LAPSED, Message, question_of, texts_of
from tests.simulation.monitor import text_of
from tests.simulation.seed import Seed

Row = dict[str, Any]


class Questions:
    def __init__(self, seed: Seed, ops_of: Callable[[Message], list[Row]]) -> None:
        self.seed, self.world, self.ops_of = seed, seed.world, ops_of
        self.broken = seed.monitor.broken
        self.table = self.world.aws.table
        rows = self.table.found("question#")
        self.rows = {(row["pk"].partition("#")[2], row["sk"]): row for row in rows}

    def check(self) -> None:
        for message in self.seed.messages:
            self._asked(message)
        told = sum(LAPSED in row.get("answer", "") for row in self.table.found("run#"))
        ends = Counter(row["state"] for row in self.rows.values())
        if ends["ASKED"] or ends["GATHERING"] or ends["LAPSED"] != told:
            self.broken("I1", f"questions ended {ends}, told as lapsed: {told}")
        runs = [one for one in self.seed.messages if one.operation == "approve"]
        made = [one for one in runs if self.ops_of(one)]
        if len(made) != ends["APPROVED"]:
            self.broken("I1", f"questions ended {ends}, runs of approved calls are {len(made)}")
        for message in made:
            self._approved(message)
        self.seed.counts["approved"] += len(made)
        self.seed.counts["together"] += sum(len(one["calls"]) > 1 for one in self.rows.values())

    def _asked(self, message: Message) -> None:
        """Every call that was asked about is in the one question of its message, which shows it."""
        asked = [one for one in self.ops_of(message) if one["state"] == "ASKED"]
        if not asked:
            return
        question = question_of(self.world, message)
        calls = [text_of(one) for one in question["calls"]] if question else []
        if Counter(calls) != Counter(text_of(one["command"]) for one in asked):
            self.broken("I8", f"{message.text} asks about {calls}, and not what it came to")
        ref = question["sk"] if question else ""
        for text in texts_of(self.world, message):
            if f"/deny {ref}" in text and not all(one in text for one in calls):
                self.broken("I8", f"{ref} asks without showing all of {calls}: {text!r}")
            if f"/deny {ref}" not in text and "/approve" in text and NOT_SHOWN not in text:
                self.broken("I8", f"{message.text} has another question than {ref}: {text!r}")

    def _approved(self, message: Message) -> None:
        """What a yes runs is what its question showed: all of it, in its order."""
        question, ops = self.rows.get((message.lane, message.ref)), self.ops_of(message)
        shown = [text_of(one) for one in question["calls"]] if question else []
        granted = [text_of(one["command"]) for one in ops]
        if granted != sorted(shown) or question is None or question["state"] != "APPROVED":
            self.broken("I8", f"{message.ref} showed {shown}, granted are {granted}")
        asks = [json.decode(one)["asks"] for one in question["calls"]] if question else []
        if message.wrong and any(one.get("code", True) for one in asks):
            self.broken("I8", f"{message.text} is no yes, and was taken for one")
        jtis = {one["command"].partition('"grant":"')[2].partition('"')[0] for one in ops}
        if len(jtis) != len(ops):
            self.broken("I8", f"{message.ref} was granted {len(ops)} calls with {len(jtis)} grants")
        if self.seed.mood.calm and not any(one.operation in CONTROL for one in self.seed.messages):
            states = {one["state"] for one in ops}
            if not states <= {"DONE", "FAILED"}:  # the vendor may refuse it
                self.broken("I7", f"approved calls are {states} though nothing failed")
