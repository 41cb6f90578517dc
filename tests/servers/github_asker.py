"""Somebody who asks the GitHub tool, whose calls all have the same key until it is changed."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.kit.asker import Asker
from tests.servers.github_double import Double

TOKEN = "ghp_0123456789abcdefSECRET"


@pytest.fixture
def asking(tmp_path: Path) -> Callable[..., Asker]:
    """`asking(endpoint=…, repo=…)`: somebody in a workspace with this connection."""

    def made(**connection: str) -> Asker:
        return Asker("github", {"token": TOKEN, **connection}, tmp_path, key=uuid4())

    return made


@pytest.fixture
def ask(double: Double, asking: Callable[..., Asker]) -> Asker:
    """Somebody whose workspace has the double's repository for its own."""
    double.token = TOKEN
    return asking(endpoint=double.url, repo="octocat/Hello-World")
