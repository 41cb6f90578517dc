"""What every suite starts with: an environment, no memory of other tests, no network."""

import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

from switchboard.cloud import aws, connections
from switchboard.runtime import Runtime, current
from tests.kit import environment
from tests.kit.clock import Clock
from tests.kit.fakes import Aws

# No property fails by the clock of a busy machine. CI judges a change, not the luck of a draw.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("quick", max_examples=25, deadline=None)  # it is run all day
if os.environ.get("CI"):
    settings.load_profile("ci")
else:
    settings.load_profile("quick")
environment.provide()  # before any handler is imported: they read it then
environment.refresh()  # a plain `pytest` after a change of a manifest sees that change

TESTS = Path(__file__).parent
ISOLATED = {"contract"}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NetworkError(Exception):
    """A test reached for the network. Not an OSError, which our code would take for bad luck."""


@pytest.fixture(autouse=True)
def _forgetful():
    with Runtime():
        yield
        connections.hang_up()


@pytest.fixture
def clock():
    """The standard library's clock, until the test is over."""
    made = Clock()
    with made.installed():
        yield made


@pytest.fixture
def lines(capsys):
    """Gives the log lines since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.split("\n")[:-1]]


@pytest.fixture
def cloud(clock):
    """An empty AWS in memory, which all our code reaches."""
    made = Aws(clock)
    current().give(aws.transport, made)
    return made


@pytest.fixture
def shown():
    """What the pager shows, whose channel is registered until the test is over."""
    from tests.kit import pager  # noqa: PLC0415  channels and HTTP, which most suites do without

    with pager.connected() as made:
        yield made


@pytest.fixture
def flow():
    """All stages over an empty AWS; Ada is known."""
    from tests.kit.flow_driver import Flow  # noqa: PLC0415  the handlers, which most suites do without

    with Flow().running() as made:
        yield made


@pytest.fixture(autouse=True)
def _offline(request, monkeypatch):
    """Contract tests reach nothing, the others nothing but this machine, where doubles are."""
    suite = request.path.relative_to(TESTS).parts[0]
    allowed = frozenset() if suite in ISOLATED else LOOPBACK
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def connect_if_near(self, address):
        if self.family != socket.AF_UNIX and address[0] not in allowed:
            raise NetworkError(f"{suite} tests have no network: {address}")
        return connect(self, address)

    def resolve_if_near(host, *arguments, **options):
        if host is not None and host not in allowed:
            raise NetworkError(f"{suite} tests have no network: {host}")
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", connect_if_near)
    monkeypatch.setattr(socket, "getaddrinfo", resolve_if_near)
