"""The AWS in memory refuses what AWS refuses: a test that passes on it means something."""

import pytest

from switchboard.cloud import aws
from switchboard.cloud.aws import AwsError
from switchboard.errors import UnavailableError
from switchboard.ledger import table
from tests.kit import ports, updates
from tests.kit.clock import START
from tests.kit.expressions import Reader, UnsupportedError

ROW = {
    "pk": {"S": "a"},
    "n": {"N": "5"},
    "m": {"N": "10"},
    "list": {"L": [{"S": "x"}, {"S": "y"}]},
    "s": {"S": "abc"},
}


def holds(text, item=None, names=None, /, **values):
    given = {f":{name}": value for name, value in values.items()}
    return Reader(text, names or {}, given).condition()(ROW if item is None else item, given)


def updated(text, names=None, /, **values):
    given = {f":{name}": value for name, value in values.items()}
    return updates.read(Reader(text, names or {}, given))(ROW, given)


@pytest.mark.parametrize(
    "text",
    [
        *("", "n =", "n = :five extra", "n IN (:five)", "n BETWEEN :five AND :five"),
        *("state = :five", "n = :unknown", "#unknown = :five", "contains(s, :five)", "a.b = :five"),
    ],
)
def test_what_is_not_understood_is_refused_loudly(text):
    with pytest.raises(UnsupportedError):
        holds(text, five={"N": "5"})


@pytest.mark.parametrize("text", ["", "SET n = :one SET k = :one", "SET n = :one, n = :one"])
def test_updates_that_are_no_updates_are_refused(text):
    with pytest.raises(UnsupportedError):
        updated(text, one={"N": "1"})


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sqs", "PurgeQueue"), ("dynamodb", "Scan"), ("ssm", "DeleteParameter")],
)
def test_unknown_calls_are_refused_loudly(cloud, service, operation):
    with pytest.raises(UnsupportedError):
        aws.call(service, operation, {"QueueUrl": cloud.inbox.url, "WithDecryption": True})


def test_a_row_expires_at_a_whole_second_or_is_refused(cloud):
    fraction = {"pk": "a", "sk": "b", "expires_at": START + 0.5}

    with pytest.raises(UnsupportedError, match="expires_at"):
        table.transact([table.put(fraction)])
    table.transact([table.put({**fraction, "expires_at": table.expiry(START + 0.5, 9.0)})])
    assert cloud.table.plain("a", "b")["expires_at"] == START + 10


def test_objects_are_written_once(cloud):
    aws.put_object("results", "a b/c", b"first", "text/plain")
    aws.put_object("results", "a b/c", b"second", "text/plain")

    assert aws.get_object("results", "a b/c") == b"first"
    with pytest.raises(AwsError) as caught:
        aws.get_object("results", "other")
    assert caught.value.status == 404


def test_calls_are_counted_and_fail_when_told(cloud):
    cloud.ports.fail("s3.PUT", ports.dropped(), when="after")
    cloud.ports.fail("s3.GET", ports.throttled(), skip=1, times=9)

    aws.put_object("results", "a", b"first", "text/plain")
    aws.get_object("results", "a")
    with pytest.raises(UnavailableError):
        aws.get_object("results", "a")

    assert cloud.ports.counted() == {"s3.PUT": 2, "s3.GET": 5}
    assert cloud.objects["a"].body == b"first"


def test_a_delay_passes_on_the_test_s_clock_only(cloud, clock):
    cloud.ports.fail("s3.PUT", None, delay=3_600.0)
    before = clock()

    aws.put_object("results", "a", b"x", "text/plain")

    assert clock() == before + 3_600
