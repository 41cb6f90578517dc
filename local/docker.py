"""`sam local` against the stack of `make run`, where a Docker engine answers.

The stack listens on 127.0.0.1 only, which is another place within a container. On Docker Desktop
`host.docker.internal` leads to it; elsewhere what comes to the bridge's address is handed on.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from cli.problems import CommandError
from local import deployment
from local.machine import HERE
from local.workbench import Workbench

DESKTOP = "host.docker.internal"
TEMPLATE = deployment.BUILD / "local.yaml"
"""A copy of the built template; beside it, as what it names is beside it."""
BRIDGE = ("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}")


def answers() -> bool:
    """Whether there is a Docker engine."""
    return bool(_docker("info", "--format", "{{.OperatingSystem}}"))


def invoked(bench: Workbench, function: str, event: Any, folder: Path) -> Any:
    """What the function answers; SAM's and its own log goes to the error output.

    Raises CommandError when SAM says nothing that is an answer.
    """
    (folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
    with _reachable(bench) as environment:
        command = sam("invoke", bench.variables, folder)
        command += [function, "--event", str(folder / "event.json")]
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
    try:
        return json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        raise CommandError("sam local invoke gave no answer; it says above why") from None


def api(bench: Workbench, port: int, folder: Path) -> int:
    """Serve the API until Ctrl-C; the status that SAM ends with."""
    with _reachable(bench) as environment, suppress(KeyboardInterrupt):
        command = sam("start-api", bench.variables, folder)
        command += ["--port", str(port), "--warm-containers", "LAZY"]
        return subprocess.run(command, env=environment, check=False).returncode
    return 0


def sam(command: str, variables: Mapping[str, Mapping[str, str]], folder: Path) -> list[str]:
    """The command line of `sam local`; what it reads is written."""
    text = (deployment.BUILD / "template.yaml").read_text(encoding="utf-8")
    # SAM sets only variables that the template declares.
    declared = re.sub(r"( +)LEDGER_TABLE:", r"\1AWS_ENDPOINT_URL: ''\n\g<0>", text, count=1)
    TEMPLATE.write_text(declared, encoding="utf-8")
    told = folder / "variables.json"
    told.write_text(json.dumps(variables), encoding="utf-8")
    line = [str(deployment.SAM), "local", command, "--template", str(TEMPLATE)]
    return [*line, "--env-vars", str(told), "--parameter-overrides", *HERE.overrides.split()]


@contextmanager
def _reachable(bench: Workbench) -> Iterator[dict[str, str]]:
    """Let containers reach the stack meanwhile; the environment that SAM is to have."""
    environment = {**os.environ, **bench.running.environment, "SAM_CLI_TELEMETRY": "0"}
    port = int(urlsplit(bench.running.environment["AWS_ENDPOINT_URL"]).port or 0)
    if sys.platform != "linux" or "Desktop" in _docker("info", "--format", "{{.OperatingSystem}}"):
        bench.move(DESKTOP)
        yield environment
        return
    host = str(next(ip_network(_docker(*BRIDGE)).hosts()))
    bench.move(host)
    with forwarding(host, port), forwarding(host, port + 1):  # the calendar's is the next
        yield environment


@contextmanager
def forwarding(host: str, port: int) -> Iterator[None]:
    """Hand on what comes to that address to the same port of 127.0.0.1."""
    with ThreadingTCPServer((host, port), _Handed) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class _Handed(BaseRequestHandler):
    """One connection; it ends when both sides have."""

    def handle(self) -> None:
        port = self.request.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as to:
            back = Thread(target=_copied, args=(to, self.request), daemon=True)
            back.start()
            _copied(self.request, to)
            back.join()


def _copied(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):  # either side may go at any time
        while data := source.recv(65_536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)


def _docker(*arguments: str) -> str:
    """What it says; nothing when it is not there or has no engine."""
    if not (program := shutil.which("docker")):
        return ""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
