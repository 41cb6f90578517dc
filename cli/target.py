"""Which stack a command is about: the one that runs on this machine, or one on AWS."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import MsgspecError, Struct, json

from cli import stack as stacks
from cli.problems import CommandError
from switchboard.runtime import current, kept

FILE = "stack.json"
"""Written into the state of a stack while it runs."""
START = "start one with `make run`, or name one on AWS: switchboard --stack switchboard-dev …"


class Running(Struct, frozen=True):
    """A stack on this machine."""

    name: str
    url: str
    """Where its API answers."""
    environment: dict[str, str]
    """What makes AWS's clients talk to it."""
    person: str
    """Whose chat page it opens."""


@kept
def state() -> Path:
    """Where `make run` keeps its state."""
    return Path(__file__).parents[1] / ".state/run"


def note(running: Running, folder: Path) -> None:
    """Let commands find the stack whose state is kept in the folder, until `forget`."""
    (folder / FILE).write_bytes(json.encode(running))


def forget(folder: Path) -> None:
    (folder / FILE).unlink(missing_ok=True)


def here() -> Running:
    """The stack that runs on this machine. Raises CommandError that says how to have one."""
    try:
        found = json.decode((state() / FILE).read_bytes(), type=Running)
        place = urlsplit(found.environment["AWS_ENDPOINT_URL"])
        with socket.create_connection((place.hostname, place.port), timeout=2):
            return found
    except FileNotFoundError:
        raise CommandError(f"no stack runs on this machine: {START}") from None
    except (OSError, MsgspecError, KeyError, ValueError):
        raise CommandError(f"the stack on this machine does not answer: {START}") from None


def enter(stack: str) -> str:
    """Let this process act on the named stack on AWS, or on this machine's; returns its name."""
    if stack:
        return stack
    found = here()
    os.environ.update(found.environment)
    current().give(stacks.address, found.url)
    return found.name
