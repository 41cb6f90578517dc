"""The whole of Switchboard on this machine."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli import connections, people, sessions, target
from cli import stack as stacks
from local import deployment
from local.calendar import USER, CalendarServer
from local.emulator import Emulator
from local.progress import step
from switchboard.runtime import current

NAME = "switchboard"
PERSON = "ada"


class Stack:
    """A local AWS with Switchboard deployed in it, a calendar server, and one person, Ada."""

    def __init__(self, state: Path, port: int) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self._state = state
        self.emulator = Emulator(state, port)
        self.calendar = CalendarServer(state, port + 1, self._secret("calendar"))
        self.outputs: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where the API answers. Names below localhost do not resolve everywhere; this does."""
        api = deployment.api_of(self.outputs)
        return f"{self.emulator.url}/_aws/execute-api/{api}"

    def client(self, service: str) -> Any:
        """A boto3 client for this stack's AWS."""
        return deployment.client(service, self.emulator.environment)

    def start(self, *, iam: bool = False, save_seconds: float = 0.0) -> None:
        """Start the servers, then build and deploy what has changed since the last time."""
        os.environ.update(self.emulator.environment)
        with step("starting the local AWS and the calendar server"):
            self.emulator.start(iam=iam, save_seconds=save_seconds)
            self.calendar.start()
        digest = deployment.sources_digest()
        deployed = self._state / "deployed"
        self.outputs = deployment.outputs(NAME, self.emulator.environment)
        if self.outputs and not deployment.stands(NAME, self.outputs, self.emulator.environment):
            with step("not all was kept: starting an empty local AWS (the calendar stays)"):
                self.emulator.stop()
                self.emulator.forget()
                self.emulator.start(iam=iam, save_seconds=save_seconds)
            self.outputs = {}
        if not self.outputs or not deployed.exists() or deployed.read_text() != digest:
            with deployment.alone():
                with step("building (sam build)"):
                    deployment.build(digest)
                with step("deploying (sam deploy)"):
                    deployment.deploy(NAME, self.emulator.environment)
            self.outputs = deployment.outputs(NAME, self.emulator.environment)
            deployed.write_text(digest)
            if save_seconds:
                self.emulator.save()
        deployment.mend(self.outputs, self.emulator.environment)
        deployment.say_where(self.url, self.emulator.environment)
        current().forget(stacks.outputs)
        with step("seeding a workspace with one person"):
            self._seed()
        target.note(target.Running(NAME, self.url, self.emulator.environment, PERSON), self._state)

    def stop(self) -> None:
        target.forget(self._state)
        self.calendar.stop()
        self.emulator.stop()

    def connect(self, what: str, values: Mapping[str, str]) -> None:
        connections.connect(NAME, what, values)

    def pair(self, sender: str, role: str = "member") -> None:
        people.pair(NAME, sender, PERSON, role, "")

    def chat_link(self, sender: str = PERSON) -> str:
        return sessions.link(NAME, sender, self.url)

    def warm(self, *, tools: bool) -> None:
        """Start an environment of every tool, or else of every other function a message needs."""
        functions = self.client("lambda")
        names = [one["FunctionName"] for one in functions.list_functions()["Functions"]]
        for name in names:
            if ("-tool-" in name) is tools and not name.endswith("-fetch"):
                functions.invoke(FunctionName=name, Payload=json.dumps(_nothing(name)))

    def _seed(self) -> None:
        self.connect("web/main", {"session_secret": self._secret("web")})
        calendar = {"endpoint": self.calendar.url, "username": USER}
        self.connect("calendar", {**calendar, "password": self._secret("calendar")})
        self.pair(f"web/main/{PERSON}", "admin")

    def _secret(self, name: str) -> str:
        """A secret of this machine's stack: made once, kept in the state folder."""
        path = self._state / f"secret-{name}"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
            path.chmod(0o600)
        return path.read_text(encoding="utf-8")


def _nothing(function: str) -> dict[str, Any]:
    """An event that asks nothing of a function."""
    if "-tool-" in function:
        return {"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}
    if any(kind in function for kind in ("Dispatch", "Approve", "Deliver", "Sweep")):
        return {"Records": []}
    http = {"method": "GET", "path": "/chat/"}
    return {"rawPath": "/chat/", "requestContext": {"http": http}}
