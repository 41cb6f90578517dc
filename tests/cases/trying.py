"""One process that tries cases: what one of them breaks, no other one meets."""

import os
import signal
from pathlib import Path

from tests.kit import environment

environment.provide()  # before any handler is imported
environment.refresh()
from tests.cases import chats, matching, pushes, reading, tools  # noqa: E402

SECONDS = 150
"""For one case."""
KINDS = {
    "command": chats.command,
    "channel": chats.channel,
    "render": chats.render,
    "push": pushes.push,
    "calendar": tools.answered,
    "document": tools.answered,
    "github": tools.answered,
}


class LateError(BaseException):
    """It took too long. No part of ours takes this for an error that it can mend."""


def begin() -> None:
    """A process whose log nobody reads."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.signal(signal.SIGALRM, _late)


def wrong(line: bytes, folder: Path) -> list[str]:
    """What is wrong about our behaviour in this case; nothing when it is as expected."""
    signal.alarm(SECONDS)
    try:
        case = reading.read(line, folder)
        return matching.differences(case["expect"], KINDS[case["kind"]](case))
    except (Exception, LateError) as error:  # noqa: BLE001  whatever it raises, the case has failed
        return [f"{type(error).__name__}: {error}"]
    finally:
        signal.alarm(0)


def _late(*_: object) -> None:
    raise LateError(f"more than {SECONDS} s")
