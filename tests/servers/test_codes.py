"""One-time codes over the local AWS: its table and its key, many at once."""

import threading
from collections import UserDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest

from local.deployment import client
from local.emulator import Emulator
from switchboard.cloud import aws, connections
from switchboard.credentials import codes, sealing
from switchboard.errors import BadRequestError, UnreadableError
from switchboard.ledger import factors, table
from switchboard.runtime import current
from tests.kit.clock import START
from tests.kit.environment import surroundings


class PerThread(threading.local, UserDict[str, Any]):
    """Connections of each thread's own."""


@pytest.fixture
def key(local: Emulator) -> Iterator[str]:
    """One of the local AWS's, which all our code seals with."""
    kms = client("kms", local.environment)
    made = kms.create_key()["KeyMetadata"]["Arn"]
    kms.close()
    with surroundings(AWS_ENDPOINT_URL=local.url, KMS_ARN=made):
        current().give(connections._kept, PerThread())
        yield made
        connections.hang_up()


def seed() -> str:
    made = codes.enrol("ada", START)
    codes.activate("ada", pyotp.TOTP(made).at(int(START) - 30), START)
    return made


def said(code: str) -> str:
    try:
        guard = codes.check("ada", code, START)
        table.transact([guard.item])
    except BadRequestError as error:
        return error.say
    except aws.AwsError as error:
        return error.code
    finally:
        connections.hang_up()
    return ""


def at_once(code: str) -> list[str]:
    with ThreadPoolExecutor(200) as threads:
        return [*threads.map(said, [code] * 200)]


def test_of_200_parallel_right_codes_one_is_accepted(key):
    assert at_once(pyotp.TOTP(seed()).at(int(START))).count("") == 1


def test_of_200_parallel_wrong_codes_five_are_evaluated(key):
    app = pyotp.TOTP(seed())
    right = {app.at(int(START) + apart) for apart in (-30, 0, 30)}
    wrong = next(one for one in ("000000", "111111", "222222", "333333") if one not in right)

    found = at_once(wrong)

    assert (found.count(""), found.count("wrong_code")) == (0, factors.ROUND - 1)
    assert found.count("factor_locked") == 200 - found.count("wrong_code")
    assert factors.find("ada").fails == factors.ROUND


def test_what_is_sealed_is_opened_for_the_same_person_and_purpose_only(key):
    sealed = sealing.seal(b"words", purpose="factor", person="ada")

    assert sealing.unseal(sealed, purpose="factor", person="ada") == b"words"
    for purpose, person in (("factor", "eve"), ("other", "ada")):
        with pytest.raises(UnreadableError):
            sealing.unseal(sealed, purpose=purpose, person=person)
