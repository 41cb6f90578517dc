"""A clock that only moves when it is told to, and stands in for the machine's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

START = 1_790_000_000.0
"""Some moment in September 2026."""
NOW = datetime.fromtimestamp(START, UTC)


class Clock:
    """Call it for the time; sleeping on it takes no time at all."""

    def __init__(self, now: float = START) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time does not go back")
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Be the clock of the standard library: `time.time` and `time.sleep`."""
        before = time.time, time.sleep
        time.time, time.sleep = self, self.sleep
        try:
            yield
        finally:
            time.time, time.sleep = before
