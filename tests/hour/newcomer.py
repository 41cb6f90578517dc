"""Somebody who has just cloned the checkout: a folder, a home, and nothing of ours around them."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HANDED_ON = re.compile(
    r"(PIP|UV|NPM)_\w+|\w*(SSL|CERT|_CA_)\w*|(HTTPS?|NO|ALL)_PROXY|TMPDIR", re.IGNORECASE
)
"""What package managers may need of an environment, besides PATH."""
MAKE_SAYS = re.compile(r"^make(\[\d+\])?: ")
LINK = re.compile(r"http\S+#session=\S+")
SECONDS = 900.0


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    status: int
    out: str
    error: str
    seconds: float

    @property
    def complaint(self) -> list[str]:
        """The lines of the error output, without what make adds to them."""
        return [line for line in self.error.splitlines() if not MAKE_SAYS.match(line)]


@dataclass
class Newcomer:
    """A clone in `folder`; what is typed there and said to it is kept in `transcript`."""

    folder: Path
    home: Path
    transcript: Path
    port: int
    tracebacks: int = 0
    lock: Any = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        handed = {name: one for name, one in os.environ.items() if HANDED_ON.fullmatch(name)}
        return {**handed, "PATH": os.environ["PATH"], "HOME": str(self.home)}

    def clone(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if not self.folder.exists():
            subprocess.run(["git", "clone", "-q", str(ROOT), str(self.folder)], check=True)

    def types(self, command: str, seconds: float = SECONDS, inside: "Inside | None" = None) -> Done:
        """A line at a shell, in the environment that README's `source` leads to."""
        began = time.monotonic()
        activated = self.folder / ".venv/bin/activate"
        script = f"source {activated}\n{command}" if activated.exists() else command
        done = subprocess.run(
            [*(inside.prefix if inside else ()), "bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        self.note(f"$ {command}\n{done.stdout}{done.stderr}")
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    def note(self, text: str) -> None:
        """Keep what was said, and count what no user should ever see."""
        with self.lock, self.transcript.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
            self.tracebacks += text.count("Traceback (most recent call last)")


class Launcher:
    """`make run` in a terminal of its own."""

    def __init__(self, newcomer: Newcomer, inside: "Inside | None" = None) -> None:
        self._newcomer = newcomer
        self._began = time.monotonic()
        command = ["make", "run", f"PORT={newcomer.port}"]
        self._child = subprocess.Popen(
            [*(inside.prefix if inside else ()), *command],
            cwd=newcomer.folder,
            env=newcomer.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    def wait(self, wanted: str | Callable[[str], bool], seconds: float) -> float:
        """Until what it said has this; the seconds since it was started."""
        found = wanted if callable(wanted) else lambda said: wanted in said
        with self._news:
            self._news.wait_for(lambda: found(self.said) or self._ended, seconds)
        assert found(self.said), f"make run said\n{self.said}"
        return time.monotonic() - self._began

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def link(self, seconds: float) -> tuple[str, float]:
        """The link to the chat page, and after how many seconds it was there."""
        took = self.wait(lambda said: bool(LINK.search(said)), seconds)
        return LINK.findall(self.said)[-1], took

    def stop(self, number: int = signal.SIGINT) -> str:
        """As Ctrl-C does, or worse; all that it said."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, number)
        self._child.wait(60)
        with self._news:
            self._news.wait_for(lambda: self._ended, 5)
        return self.said

    def _listen(self) -> None:
        for line in self._child.stdout:
            self._newcomer.note(line.rstrip("\n"))
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


class Inside:
    """A small disk, seen by those only who are started with its `prefix`; it ends with `close`.

    It is a tmpfs in a mount namespace, which Linux gives to root, and mostly to others too.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        root = os.geteuid() == 0
        names = ["-m"] if root else ["-r", "-m"]
        script = (
            f"mount -t tmpfs -o size={megabytes}m none {folder}.disk && "
            f"cp -a {folder}/. {folder}.disk && mount --bind {folder}.disk {folder} && "
            "echo there && exec sleep infinity"
        )
        self._place = folder
        disk = folder.with_name(f"{folder.name}.disk")
        disk.mkdir(exist_ok=True)
        self._holder = subprocess.Popen(
            ["unshare", *names, "bash", "-c", script], stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout.readline() == "there\n", "no disk of one's own can be had here"
        entered = ["-m"] if root else ["-U", "--preserve-credentials", "-m"]
        enter = ["nsenter", "-t", str(self._holder.pid), *entered]
        # Of a folder that was entered before, what lies below is still the larger disk.
        self.prefix = [*enter, "bash", "-c", 'cd "$0" && exec "$@"', str(folder.parent)]

    def fill(self) -> None:
        """Leave no room for anything."""
        script = f"fallocate -l $(df --output=avail -B1 {self._place} | tail -1) {self._filler}"
        subprocess.run([*self.prefix, "bash", "-c", script], check=True)

    def empty(self) -> None:
        subprocess.run([*self.prefix, "rm", str(self._filler)], check=True)

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()
        shutil.rmtree(f"{self._place}.disk", ignore_errors=True)

    @property
    def _filler(self) -> Path:
        return self._place / "filler"
