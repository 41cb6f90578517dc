"""Functions that die: real SIGKILLs for the processes of the local Lambda, and for tools."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from typing import Self

from tests.stack.setting import Setting

EVERY = 10
"""Messages for each kill."""
LOOK_SECONDS, LOOKS = 0.01, 50
"""How often it looks at processes, and after how many looks for new ones."""
READ = {"0", "63"}
"""The system call on x86_64, and on arm64."""
START_TICKS = 10
"""Clock ticks that no function can start in."""
IDLE_SECONDS = 0.1
DELAY_SECONDS = 1.0
"""It begins to look for a victim at most so long after the message that the kill is for."""
AFTER_PUT = "tool, after its effect"
VICTIMS = (AFTER_PUT, "Ingest", "Dispatch", "switchboard-tool-calendar", "Deliver")
"""Parts of the names of functions; they are killed in turn."""


class Killer:
    """For every tenth message it kills one function that is at work; `with` it."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._vendor = setting.vendor
        self._before = len(setting.vendor.killed)
        self._random = Random(seed)
        self._numbers, self._victims = count(1), cycle(VICTIMS)
        self._due: SimpleQueue[str] = SimpleQueue()
        self._url = setting.stack.emulator.url
        found = setting.stack.client("lambda").list_functions()["Functions"]
        self._names = [str(one["FunctionName"]) for one in found]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._vendor.kill_after_put(0)

    @property
    def killed(self) -> int:
        """How many have died by now."""
        return sum(self.counts.values()) + len(self._vendor.killed) - self._before

    def message(self) -> None:
        """Another message is on its way."""
        if next(self._numbers) % EVERY == 0:
            self._due.put(next(self._victims))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                victim = self._due.get(timeout=IDLE_SECONDS)
            except Empty:
                continue
            if victim == AFTER_PUT:
                self._vendor.kill_after_put()
                continue
            self._stopping.wait(self._random.uniform(0, DELAY_SECONDS))
            self._kill(victim)

    def _kill(self, victim: str) -> None:
        """Wait until a process of this function is seen at work, and kill it.

        One that is still starting is left alone: when it dies, the local Lambda ends all others of
        the function as well, which no real one does, and those that start meanwhile, for ever.
        """
        (name,) = (name for name in self._names if victim in name)
        started: set[int] = set()
        for look in count():
            if self._stopping.wait(LOOK_SECONDS):
                return
            if look % LOOKS == 0:
                known = list(environments(self._url, name))
            waiting = {pid for pid in known if _waits(pid)}
            started |= waiting
            busy = sorted(started.intersection(known) - waiting)
            if busy:
                with suppress(ProcessLookupError):
                    os.kill(self._random.choice(busy), signal.SIGKILL)
                    self.counts[victim] += 1
                    return


def environments(url: str, function: str) -> Iterator[int]:
    """The processes of a function of the local AWS at `url`."""
    wanted = {f"AWS_ENDPOINT_URL={url}".encode(), f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()}
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if wanted <= set(path.read_bytes().split(b"\0")):
                yield int(path.parts[2])


def _waits(pid: int) -> bool:
    """Whether a process has started and reads its standard input, where its next call comes."""
    try:
        call = Path(f"/proc/{pid}/syscall").read_text(encoding="ascii").split()
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return False
    used = int(fields[11]) + int(fields[12])  # utime, stime: proc(5)
    return used >= START_TICKS and call[0] in READ and call[1:2] == ["0x0"]
