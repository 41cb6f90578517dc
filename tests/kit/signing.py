"""A person at the sign-in page: their password, their app, and a browser that keeps cookies."""

import json
from typing import Any

from functions.signin import app, passwords
from scripts.sign_events import SECRETS
from switchboard.ledger import passwords as kept
from switchboard.ledger import people, table
from tests.kit import build
from tests.kit.clock import START
from tests.kit.enrolled import Enrolled
from tests.kit.environment import CHANNELS

PASSWORD = "correct horse battery"
SECRET = SECRETS["web/main"]["session_secret"]
OWN = {"content-type": "application/json", "sec-fetch-site": "same-origin"}


class Known(Enrolled):
    """Somebody who acts in a chat, and has a password and a factor."""

    def __init__(self, cloud: Any, person: str = "ada", *senders: str) -> None:
        cloud.parameters[CHANNELS] = {"web/main": SECRETS["web/main"]}
        for sender in senders or (f"slack/main/{person}",):
            people.pair(*sender.split("/"), build.person(id=person, name=person.title()))
        super().__init__(person)
        hashed = passwords.hashed(PASSWORD, person)
        table.transact([kept.set_guard(person, hashed, START - 3_600).item])

    def typed(self, now: float, **other: str) -> dict[str, str]:
        given = {"person": self.person, "password": PASSWORD, "code": self.code(now)}
        return given | other


class Browser:
    """Keeps the cookies that it is told to, and shows them again."""

    def __init__(self, cloud: Any, source: str = "203.0.113.7", host: str = "page.example") -> None:
        self.cloud, self.source, self.host = cloud, source, host
        self.cookies: dict[str, str] = {}
        self.attributes: dict[str, str] = {}

    def event(self, method: str, path: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
        return {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"host": self.host, **headers},
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "requestContext": {
                "http": {"method": method, "path": path, "sourceIp": self.source},
                "stage": "$default",
            },
            "body": body,
            "isBase64Encoded": False,
        }

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        sent = OWN | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.answered(self.event("POST", path, json.dumps(body or {}), sent))

    def answered(self, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        before, self.cloud.caller = self.cloud.caller, "switchboard-test-signin"
        try:
            answer = app.handler(event, None)
        finally:
            self.cloud.caller = before
        self.keep(answer["cookies"])
        return answer["statusCode"], json.loads(answer["body"])

    def keep(self, cookies: list[str]) -> None:
        for one in cookies:
            (name, _, value), *rest = (part.strip().partition("=") for part in one.split(";"))
            self.attributes = {key.lower(): told for key, _, told in rest}
            if self.attributes["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
