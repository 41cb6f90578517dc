"""The AWS in memory refuses what AWS refuses: a test that passes on it means something."""

import pytest

from switchboard.cloud import aws
from switchboard.cloud.aws import AwsError
from switchboard.errors import UnavailableError
from switchboard.ledger import table
from tests.kit import ports, updates
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
    ("text", "expected"),
    [
        ("n = :five", True),
        ("n < :five", False),
        ("n <= :five", True),
        ("n > :five", False),
        ("n <> :five", False),
        ("n = :text", False),
        ("missing < :five", False),
        ("missing = :five", False),
        ("n < :five OR s = :text", True),
        ("n < :five AND s = :text", False),
        ("s = :text OR s = :text AND n < :five", True),
        ("(s = :text OR s = :text) AND n < :five", False),
        ("NOT n < :five", True),
        ("attribute_not_exists(missing)", True),
        ("attribute_not_exists(n)", False),
        ("attribute_exists(n)", True),
        ("size(#l) < :five", True),
        ("size(s) < :three", False),
        ("size(missing) < :five", False),
        ("begins_with(s, :start)", True),
        ("begins_with(s, :text)", True),
        ("begins_with(n, :start)", False),
        ("n <= m", True),
        ("m <= n", False),
        ("n <= s", False),
        ("n <= missing", False),
        ("missing <= n", False),
        ("n <> missing", True),
        ("size(#l) <= n", True),
        ("attribute_not_exists(missing) OR missing < :five", True),
        ("attribute_not_exists(n) OR n < m", True),
        ("#l[0] = :x", True),
        ("#l[1] = :x", False),
        ("#l[2] = :x", False),
    ],
)
def test_conditions_mean_what_they_mean_in_dynamodb(text, expected):
    values = {
        "five": {"N": "5"},
        "three": {"N": "3"},
        "text": {"S": "abc"},
        "start": {"S": "ab"},
        "x": {"S": "x"},
    }

    assert holds(text, None, {"#l": "list"}, **values) is expected


def test_numbers_are_compared_as_numbers():
    assert holds("n < :v", {"n": {"N": "9"}}, v={"N": "10"})
    assert holds("n = :v", {"n": {"N": "10.0"}}, v={"N": "10"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n =",
        "n = :five extra",
        "n IN (:five)",
        "n BETWEEN :five AND :five",
        "state = :five",
        "n = :unknown",
        "#unknown = :five",
        "contains(s, :five)",
        "a.b = :five",
    ],
)
def test_what_is_not_understood_is_refused_loudly(text):
    with pytest.raises(UnsupportedError):
        holds(text, five={"N": "5"})


def test_updates_read_the_row_as_it_was():
    after = updated("SET n = :one, m = n REMOVE s ADD k :one", one={"N": "1"})

    assert (after["n"], after["m"], after["k"]) == ({"N": "1"}, {"N": "5"}, {"N": "1"})
    assert "s" not in after
    assert ROW["n"] == {"N": "5"}


def test_lists_are_appended_to_and_shortened():
    names, item = {"#l": "list"}, {"L": [{"S": "z"}]}

    longer = updated("SET #l = list_append(if_not_exists(#l, :n), :z)", names, n={"L": []}, z=item)
    shorter = updated("REMOVE #l[0]", names)

    assert longer["list"]["L"] == [{"S": "x"}, {"S": "y"}, {"S": "z"}]
    assert shorter["list"]["L"] == [{"S": "y"}]


@pytest.mark.parametrize("text", ["SET m = missing", "REMOVE missing[0]", "ADD s :one"])
def test_updates_that_do_not_fit_are_refused(text):
    values = {"one": {"N": "1"}} if ":one" in text else {}

    with pytest.raises(updates.InvalidUpdateError):
        updated(text, **values)


@pytest.mark.parametrize("text", ["", "SET n = :one SET k = :one", "SET n = :one, n = :one"])
def test_updates_that_are_no_updates_are_refused(text):
    with pytest.raises(UnsupportedError):
        updated(text, one={"N": "1"})


def put(pk, **row):
    return table.put({"pk": pk, "sk": "x", **row})


def test_a_transaction_is_all_or_nothing_and_says_what_failed(cloud):
    table.transact([put("b")])

    with pytest.raises(AwsError) as caught:
        table.transact([put("a"), put("b"), put("c")])

    assert caught.value.reasons == ["None", "ConditionalCheckFailed", "None"]
    assert [row["pk"] for row in cloud.table.found("")] == ["b"]


def test_the_same_token_again_gives_no_help(cloud):
    payload = {"TransactItems": [put("a")], "ClientRequestToken": "t-1"}
    aws.call("dynamodb", "TransactWriteItems", payload)

    with pytest.raises(AwsError):
        aws.call("dynamodb", "TransactWriteItems", payload)


def test_a_transaction_touches_a_row_once(cloud):
    with pytest.raises(AwsError, match="ValidationException"):
        table.transact([put("a"), put("a")])


def test_a_row_has_its_limits(cloud):
    with pytest.raises(AwsError, match="ValidationException"):
        table.transact([put("a", text="x" * 410_000)])
    with pytest.raises(AwsError, match="ValidationException"):
        table.transact([put("a", number=float("nan"))])


def test_unused_values_are_refused(cloud):
    move = table.update(table.key("a", "x"), "SET n = :n", "attribute_not_exists(pk)", n=1, m=2)

    with pytest.raises(AwsError, match="ValidationException"):
        table.write(move)


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sqs", "PurgeQueue"), ("dynamodb", "Scan"), ("ssm", "DeleteParameter")],
)
def test_unknown_calls_are_refused_loudly(cloud, service, operation):
    with pytest.raises(UnsupportedError):
        aws.call(service, operation, {"QueueUrl": cloud.inbox.url, "WithDecryption": True})


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
