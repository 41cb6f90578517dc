"""The local AWS, for tests that no tool has: what a tool is built with cannot start it."""

from collections.abc import Iterator

import pytest

from local.deployment import client
from local.emulator import Emulator
from scripts.permissions import transformed
from tests.kit.fakes import TABLE
from tests.servers.programs import free_port

DECLARED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    made = Emulator(tmp_path_factory.mktemp("aws"), free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def local(emulator: Emulator) -> Iterator[Emulator]:
    """With the table as the template declares it, and empty."""
    dynamodb = client("dynamodb", emulator.environment)
    declared = transformed.load()["Resources"]["Ledger"]["Properties"]
    dynamodb.create_table(TableName=TABLE, **{name: declared[name] for name in DECLARED})
    yield emulator
    dynamodb.delete_table(TableName=TABLE)
    dynamodb.close()
