"""What the desk's adapter talks to: it remembers every effect, and can fail like all ports."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.kit.ports import Ports

KEYED = {"notes.add", "notes.burn", "notes.bin", "notes.unbin"}


@dataclass(frozen=True)
class Effect:
    operation: str
    key: UUID
    text: str


@dataclass
class Vendor:
    """Honours keys for what KEYED names, can be asked for posts, knows no letters."""

    ports: Ports
    effects: list[Effect] = field(default_factory=list)
    title: str = ""
    revision: str = "r1"
    """What a yes is bound to, where a preview says what it was of."""
    found: list[str] = field(default_factory=list)
    """What look-ups of a title have come to."""
    fetched: list[str] = field(default_factory=list)
    """The addresses of pages that were asked for."""
    moments: dict[Effect, float] = field(default_factory=dict)
    """When each effect happened first."""
    _keyed: set[Effect] = field(default_factory=set)

    def notes(self, word: str) -> list[str]:
        return self.ports.through(
            "desk.notes.list", lambda: [one.text for one in self.effects if word in one.text]
        )

    def do(self, operation: str, key: UUID, text: str) -> None:
        self.ports.through(f"desk.{operation}", lambda: self._do(Effect(operation, key, text)))

    def posted(self, key: UUID, since: float) -> str | None:
        return self.ports.through("desk.find", lambda: self._posted(key, since))

    def done(self, operation: str) -> list[str]:
        """The texts of an operation's effects, in order."""
        return [one.text for one in self.effects if one.operation == operation]

    def forget(self) -> None:
        """The keys of what was done are not known any more."""
        self._keyed.clear()

    def _do(self, effect: Effect) -> None:
        if effect.operation == "title.set":
            if self.title != effect.text:
                self.title = effect.text
                self._done(effect)
            return
        if effect.operation in KEYED:
            if effect in self._keyed:
                return
            self._keyed.add(effect)
        self._done(effect)

    def _done(self, effect: Effect) -> None:
        self.moments.setdefault(effect, self.ports.clock())
        self.effects.append(effect)

    def _posted(self, key: UUID, since: float) -> str | None:
        """It is asked for what happened from a moment on, as vendors are who list newest first."""
        found = (one for one in self.effects if one.key == key and self.moments[one] >= since)
        return next((one.text for one in found), None)


VENDORS: dict[str, Vendor] = {}
"""By address, as a connection names it."""
