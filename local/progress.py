"""What the launcher tells the person who started it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"  {what} ... ", end="", flush=True)
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def give_up(message: str) -> SystemExit:
    """The exception that ends the launcher with a message that says what to do."""
    print(flush=True)
    print(message, file=sys.stderr)
    return SystemExit(1)
