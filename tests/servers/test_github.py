"""The GitHub tool against GitHub's description, its recorded traffic, and a double with a memory."""

import pytest
from pydantic import ValidationError

from switchboard import manifest
from switchboard.errors import BadRequestError
from tests.servers.github_asker import TOKEN
from tests.servers.github_servers import MODULES

pytest_plugins = ["tests.servers.github_servers", "tests.servers.github_asker"]

RECORDED_TOKEN = "0000000000000000000000000000000000000001"
DESCRIBED = {
    "repository.get": ({}, "[octocat/Hello-World](https://github.com/octocat/Hello-World)"),
    "issues.list": ({"state": "all"}, "Found a bug (open, 0 comments) — @octocat"),
    "issues.get": ({"number": 1347}, "> I'm having a problem with this."),
}
