"""Calls of the GitHub tool as the frame around it makes them, with its own words."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from functions.tools.github.adapter import GithubAdapter
from switchboard.errors import AppError
from switchboard.frame.package import Tool
from switchboard.models import Locale
from switchboard.sdk.adapter import Answer, Call, Connection
from tests.servers.github_double import Double

TOKEN = "ghp_0123456789abcdefSECRET"


class Asker:
    """Somebody in a workspace, whose calls all have the same key until it is changed."""

    def __init__(self, workdir: Path, **connection: str) -> None:
        self.adapter = GithubAdapter(Connection(connection))
        self.locale: Locale = "en"
        self.key: UUID = uuid4()
        self._workdir = workdir
        self._tool = Tool("github", "functions.tools.github.adapter:GithubAdapter")

    def __call__(self, operation: str, **arguments: object) -> Answer:
        model = self._tool.model(self._tool.operation(operation))
        return self.adapter.run(self._call(operation), model.model_validate(arguments))

    def find(self, operation: str, **arguments: object) -> Answer | None:
        model = self._tool.model(self._tool.operation(operation))
        return self.adapter.find(self._call(operation), model.model_validate(arguments))

    def words(self, error: AppError) -> str:
        """What a person reads of an error."""
        return self._say(error.say, **{"tool": "github", **error.values})

    def _call(self, operation: str) -> Call:
        return Call(
            key=self.key,
            operation=operation,
            locale=self.locale,
            timezone="UTC",
            workdir=self._workdir,
            say=self._say,
        )

    def _say(self, phrase: str, **values: object) -> str:
        return self._tool.say(phrase, self.locale, **values)


@pytest.fixture
def asking(tmp_path: Path) -> Callable[..., Asker]:
    """`asking(endpoint=…, repo=…)`: somebody in a workspace with this connection."""

    def made(**connection: str) -> Asker:
        return Asker(tmp_path, **{"token": TOKEN, **connection})

    return made


@pytest.fixture
def ask(double: Double, asking: Callable[..., Asker]) -> Asker:
    """Somebody whose workspace has the double's repository for its own."""
    double.token = TOKEN
    return asking(endpoint=double.url, repo="octocat/Hello-World")
