"""Values out of arbitrary bytes: near bytes make near values, so that coverage can guide."""

from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Dough:
    """Taken from the front, and zeros when nothing is left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.byte() % len(choices)]

    def take(self) -> bytes:
        """Some bytes: as many as the next one says."""
        size = self.byte()
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def text(self) -> str:
        """Any characters, also halves of some."""
        return self.take().decode("utf-8", "surrogateescape" if self.byte() % 2 else "replace")

    def rest(self) -> bytes:
        found = self._data[self._at :]
        self._at = len(self._data)
        return found

    def value(self) -> Any:
        """What JSON can hold."""
        made = self.byte() % 9
        if made < 5:
            return (None, True, "", [], {})[made]
        if made == 5:
            return int.from_bytes(self.take()[:9], "big", signed=True)
        if made == 6:
            return [self.value()]
        return self.text() if made == 7 else {self.text(): self.value()}
