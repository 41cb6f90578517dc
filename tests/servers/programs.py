"""Programs of others, each serving on a free local port until the end of a block."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

READY_SECONDS = 60
Command = list[str | Path]
VENV = Path(".venv/bin").resolve()
"""Where they are installed; the tests themselves may run on less (see tests/artifact)."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Command, port: int) -> Iterator[None]:
    """A program from the first connection that its port takes until the end of the block."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _is_ready(process, port):
                log.seek(0)
                pytest.fail(f"{command} did not start:\n{log.read().decode()}")
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=3)
            process.kill()  # one that is busy does not hear
            process.wait()


def _is_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    for _ in range(READY_SECONDS * 20):
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
            break
    return False
