"""The desk's vendor in a simulated world, and who decides what happens to each call there."""

import random
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from switchboard.errors import RejectedError
from switchboard.net.http import HttpResponse
from tests.kit.expressions import Item
from tests.kit.ports import Ports, When
from tests.kit.vendors import Effect
from tests.simulation.faults import TOO_LONG

Key = tuple[str, str]
MUCH = "much"
"""The word that this many notes hold."""
KEYED = {"notes.add", "notes.burn"}


class Scheduler(Protocol):
    """Who decides what happens at each side of each call, and hears of what was written."""

    rng: random.Random

    def stand(self, operation: str, when: When) -> None: ...

    def wrote(self, key: Key, before: Item | None, after: Item) -> None: ...

    def enqueued(self, body: str) -> None: ...

    def happened(self, effect: Effect) -> None: ...

    def stored(self, key: str, *, again: bool) -> None: ...

    def reply(self) -> tuple[HttpResponse | None, bool]: ...

    def takes(self, words: str, *, markup: bool) -> bool: ...

    def plans(self, text: str) -> None: ...

    def hides(self, text: str) -> None: ...

    def now(self) -> float: ...


@dataclass
class Vendor:
    """Honours keys for notes, can be asked for posts, knows no letters; a title for each chat."""

    ports: Ports
    scheduler: Scheduler
    effects: list[Effect] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    """What nobody is told about before it is done."""
    moments: list[float] = field(default_factory=list)
    """When the effects happened."""

    def notes(self, word: str) -> list[str]:
        if word in self.hidden:
            self.scheduler.hides(word)
            raise RejectedError("the vendor tells nothing", say="no_ink", text="it")
        found = ["x" * TOO_LONG] if word == MUCH else [one.text for one in self.effects]
        return self.ports.through("desk.notes.list", lambda: found)

    def do(self, operation: str, key: UUID, text: str) -> None:
        self.ports.through(f"desk.{operation}", lambda: self._do(Effect(operation, key, text)))

    def posted(self, key: UUID, since: float) -> str | None:
        return self.ports.through("desk.find", lambda: self._posted(key, since))

    def _posted(self, key: UUID, since: float = 0.0) -> str | None:
        done = zip(self.effects, self.moments, strict=True)
        found = (one.text for one, at in done if one.key == key and at >= since)
        return next(found, None)

    def _do(self, effect: Effect) -> None:
        if effect.text in self.refused:
            raise RejectedError("the vendor refuses", say="no_ink", text="x" * TOO_LONG)
        chat = effect.text.partition("-")[0]
        if effect.operation == "title.set" and self.titles.get(chat) == effect.text:
            return
        if effect.operation == "title.set":
            self.titles[chat] = effect.text
        if effect.operation in KEYED and self._posted(effect.key) is not None:
            return
        self.effects.append(effect)
        self.moments.append(self.ports.clock())
        self.scheduler.happened(effect)
