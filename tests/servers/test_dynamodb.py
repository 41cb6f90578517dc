"""The DynamoDB in memory answers as the local AWS does, and refuses what that refuses."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from local.emulator import Emulator
from switchboard.cloud import aws, connections
from switchboard.runtime import current
from tests.kit.clock import Clock
from tests.kit.environment import surroundings
from tests.kit.fakes import TABLE, Aws
from tests.servers.dynamodb_calls import CALLS, LAX, WHOLE, Call

pytest_plugins = ["tests.servers.local_aws"]


def in_memory(calls: Sequence[Call]) -> list[Any]:
    with surroundings():
        current().give(aws.transport, Aws(Clock()))
        return [outcome(*one) for one in calls]


def at(local: Emulator, calls: Sequence[Call]) -> list[Any]:
    with surroundings(AWS_ENDPOINT_URL=local.url):
        try:
            return [outcome(*one) for one in calls]
        finally:
            connections.hang_up()


def outcome(operation: str, payload: dict[str, Any]) -> Any:
    """What comes back, or the error's code and why a transaction was cancelled."""
    told = payload if operation in WHOLE else {"TableName": TABLE, **payload}
    try:
        answer = aws.call("dynamodb", operation, told)
    except aws.AwsError as error:
        return error.code, error.reasons
    answer.pop("ScannedCount", None)  # of rows that were read and filtered: we never filter
    return comparable(answer)


def comparable(found: Any) -> Any:
    """Numbers as such: AWS writes 1.50 as 1.5, and the memory leaves it as it came."""
    if isinstance(found, list):
        return [comparable(one) for one in found]
    if not isinstance(found, dict):
        return found
    return {
        name: Decimal(one) if name == "N" and isinstance(one, str) else comparable(one)
        for name, one in found.items()
    }


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_the_same_calls_have_the_same_answers(local, calls):
    assert in_memory(calls) == at(local, calls)


@pytest.mark.parametrize("calls", LAX.values(), ids=LAX)
def test_the_local_aws_takes_more(local, calls):
    *before, refused = in_memory(calls)

    assert at(local, calls)[:-1] == before
    assert isinstance(refused, tuple)
    assert isinstance(at(local, calls)[-1], dict)
