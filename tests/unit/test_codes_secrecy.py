"""What shows who a person is: opened for them alone, and seen by nobody."""

import base64
import hashlib
import re

import pytest

from switchboard.cloud import aws
from switchboard.credentials import codes, sealing
from switchboard.errors import BadRequestError, UnavailableError, UnreadableError
from switchboard.ledger import factors
from switchboard.phrases import public
from tests.kit.clock import START
from tests.kit.enrolled import Enrolled, said
from tests.kit.ports import throttled

ROW = ("factor#ada", "factor")


@pytest.fixture
def ada(cloud):
    return Enrolled()


def test_an_outage_costs_no_try(ada, cloud):
    cloud.ports.fail("kms.Decrypt", throttled(), times=40)
    for _ in range(10):
        with pytest.raises(UnavailableError):
            codes.check("ada", ada.wrong(START), START)
    assert ada.fails(START) == ("wrong_code", 4)


def test_a_row_is_opened_for_its_person_in_its_stack_only(ada, cloud):
    cloud.table.rows["factor#eve", "factor"] = {**cloud.table.rows[ROW], "pk": {"S": "factor#eve"}}

    with pytest.raises(UnreadableError):
        codes.check("eve", ada.code(START), START)
    sealed = sealing.seal(b"{}", purpose="factor", person="eve")
    cloud.table.rows["factor#eve", "factor"]["sealed"] = {"S": sealed}
    with pytest.raises(UnreadableError):
        codes.check("eve", ada.code(START), START)


def test_no_other_function_opens_a_row_even_if_it_had_one(ada, cloud):
    sealed = factors.find("ada").sealed
    for caller in ("dispatch", "deliver", "tool-document"):
        cloud.caller = f"switchboard-test-{caller}"
        for opening in (
            lambda: factors.find("ada"),
            lambda: sealing.unseal(sealed, purpose="factor", person="ada"),
        ):
            with pytest.raises(aws.AwsError, match="AccessDenied"):
                opening()
    cloud.caller = ""
    assert len(cloud.denied) == 6


def test_no_code_and_no_secret_is_seen_anywhere(ada, cloud, capsys):
    seed, used, guessed = ada.seed, ada.code(START), ada.wrong(START)
    told = [said(one, START) for one in (guessed, "0000-1111-2222", ada.recovery[0], used)]
    with pytest.raises(BadRequestError) as caught:
        codes.check("ada", used, START)
    plain = [one.replace("-", "") for one in ada.recovery]
    told += [repr(codes.Secret(seed, b"pepper")), repr(caught.value), public(caught.value, "zh")]
    seen = " ".join([*told, str(cloud.table.rows), *capsys.readouterr()])

    raw = base64.b64encode(base64.b32decode(seed)).decode()
    hashes = [hashlib.sha256(one.encode()).hexdigest() for one in plain]
    for secret in (seed, raw, used, guessed, *ada.recovery, *plain, *hashes, "pepper"):
        assert not re.search(rf"(?<![0-9A-Za-z]){secret}(?![0-9A-Za-z])", seen), secret
