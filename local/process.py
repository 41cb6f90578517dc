"""Child processes of the one-machine stack: started, waited for, stopped, logged to a file."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.progress import give_up

STOP_SECONDS = 20.0


class Process:
    """One server. It has its own process group, so that Ctrl-C does not kill it half-way."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._pid = log.with_suffix(".pid")
        self._child: subprocess.Popen[bytes] | None = None
        self._began = 0

    def start(self, command: Sequence[str], env: Mapping[str, str], up: Callable[[], bool]) -> None:
        """Start it and wait until `up` says that it answers."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                env={**os.environ, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._pid.write_text(f"{self._child.pid} {command[-1]}", encoding="utf-8")
        deadline = time.monotonic() + 60
        while not up():
            if self._child.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-1500:]
                raise give_up(f"{self.name} did not start; {self.log} ends with:\n{tail}")
            time.sleep(0.05)

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def said(self) -> str:
        """What it has logged since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._began)
            return log.read().decode(errors="replace")

    def signal(self, number: int) -> None:
        if self._child is not None:
            self._child.send_signal(number)

    def end_earlier(self) -> None:
        """End the one that an earlier launcher, killed itself, has left behind."""
        try:
            pid, _, what = self._pid.read_text(encoding="utf-8").partition(" ")
            if what not in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
                return
            os.kill(int(pid), signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
        except (OSError, ValueError):  # it has ended, or this is no Linux
            return

    def stop(self) -> None:
        """Ask it to stop, wait, and only then make it."""
        self._pid.unlink(missing_ok=True)
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()


def port_is_open(port: int) -> bool:
    """Whether something listens on the port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int, what: str) -> None:
    """Stop with a clear message when the port is taken."""
    if port_is_open(port):
        raise give_up(
            f"Port {port}, for {what}, is busy: another `make run` may be running. "
            f"Stop it, or choose other ports: make run PORT={port + 100}"
        )
