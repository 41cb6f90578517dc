"""One local AWS for the suite, and one environment of every function that a test runs."""

import pytest

from local.built import FUNCTIONS
from local.rie import Environment
from tests.artifact.github import github
from tests.artifact.world import running


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    with github() as address, running(tmp_path_factory.mktemp("state"), address) as made:
        yield made


@pytest.fixture(scope="session")
def environment_of(world, tmp_path_factory):
    """A running environment of the function, started when it is first asked for."""
    folder = tmp_path_factory.mktemp("functions")
    started: dict[str, Environment] = {}

    def start(name):
        if name not in started:
            made = Environment(FUNCTIONS[name], folder)
            made.start(world.environment | world.variables(FUNCTIONS[name].variables))
            started[name] = made
        return started[name]

    yield start
    for made in started.values():
        made.stop()
