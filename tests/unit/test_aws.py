"""Calls to AWS: what is asked, what is tried again, and what a refusal says."""

import time
from http.client import RemoteDisconnected

import pytest
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from msgspec import json

from switchboard.cloud import aws
from switchboard.errors import UnavailableError
from switchboard.net.http1 import BrokenAnswerError
from switchboard.runtime import current
from tests.kit.environment import surroundings

SDK_RETRIES = {
    *ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
    *TransientRetryableChecker._TRANSIENT_ERROR_CODES,
}
OF_SERVICES_WE_DO_NOT_CALL = {"EC2ThrottledException", "BandwidthLimitExceeded"}
CANCELLED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"


class Script:
    """A transport that answers as it was told, one answer a try, the last one for ever."""

    def __init__(self, *answers):
        self.asked = []
        self.pauses = []
        self._answers = list(answers)

    def __call__(self, method, service, path, headers, body):
        self.asked.append((method, service, path, dict(headers), body))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def script(monkeypatch):
    """Makes AWS answer as scripted; no pause is waited for."""

    def play(*answers):
        made = Script(*answers)
        current().give(aws.transport, made)
        monkeypatch.setattr(time, "sleep", made.pauses.append)
        return made

    with surroundings():
        yield play


def refusal(status, body, named=""):
    """What the transport makes of an answer with an error status."""
    return aws._error(status, body if isinstance(body, bytes) else json.encode(body), named)


def test_a_json_service_is_asked_and_its_answer_decoded(script):
    said = script(b'{"Item":{"pk":{"S":"a"}}}')

    answer = aws.call("dynamodb", "GetItem", {"TableName": "ledger"})

    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.GetItem",
    }
    assert answer == {"Item": {"pk": {"S": "a"}}}
    assert said.asked == [("POST", "dynamodb", "/", headers, b'{"TableName":"ledger"}')]


def test_an_empty_answer_is_an_empty_table(script):
    script(b"")

    assert aws.call("sqs", "ChangeMessageVisibility", {}) == {}


def test_a_function_is_started_and_not_waited_for(script):
    said = script(b"")

    aws.invoke("switchboard-tool-github", b"{}")

    (method, service, path, headers, body) = said.asked[0]
    assert (method, service, body) == ("POST", "lambda", b"{}")
    assert path == "/2015-03-31/functions/switchboard-tool-github/invocations"
    assert headers["x-amz-invocation-type"] == "Event"


def test_the_same_object_twice_is_written_once(script):
    said = script(refusal(412, b"<Error><Code>PreconditionFailed</Code></Error>"))

    aws.put_object("results", "a b/会议", b"text", "text/plain")

    (method, _, path, headers, body) = said.asked[0]
    assert (method, path, body) == ("PUT", "/results/a%20b/%E4%BC%9A%E8%AE%AE", b"text")
    assert headers["if-none-match"] == "*"
    assert len(said.asked) == 1


def test_an_object_that_may_not_be_written_is_an_error(script):
    script(refusal(403, b"<Error><Code>AccessDenied</Code></Error>"))

    with pytest.raises(aws.AwsError, match="AccessDenied"):
        aws.put_object("results", "key", b"", "text/plain")


def test_an_object_that_is_missing_is_an_error_with_its_status(script):
    script(refusal(404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>"))

    with pytest.raises(aws.AwsError) as caught:
        aws.get_object("results", "key")

    assert (caught.value.code, caught.value.status) == ("NoSuchKey", 404)


@pytest.mark.parametrize("code", sorted(SDK_RETRIES - OF_SERVICES_WE_DO_NOT_CALL))
def test_what_the_sdk_tries_again_is_tried_again(script, code):
    said = script(refusal(400, {"__type": f"com.amazonaws.sqs#{code}"}), b"{}")

    assert aws.call("sqs", "SendMessage", {}) == {}
    assert len(said.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, {"__type": "InternalServerError"}),
        refusal(502, b"<html><body>Bad gateway</body></html>"),
        refusal(503, b"<Error><Code>SlowDown</Code></Error>"),
        refusal(504, b""),
        refusal(429, b""),
        refusal(409, b"<Error><Code>ConditionalRequestConflict</Code></Error>"),
        refusal(400, {"__type": "com.amazonaws.sqs#KmsThrottled"}),
        ConnectionRefusedError(),
        ConnectionResetError(),
        BrokenPipeError(),
        TimeoutError(),
        RemoteDisconnected(),
        BrokenAnswerError("no status line"),
    ],
    ids=repr,
)
def test_what_may_pass_is_tried_again(script, answer):
    said = script(answer, answer, answer, b"{}")

    assert aws.call("sqs", "SendMessage", {}) == {}
    assert len(said.asked) == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "AccessDeniedException"),
        (400, "ConditionalCheckFailedException"),
        (400, "QueueDoesNotExist"),
        (400, "ResourceNotFoundException"),
        (400, "ValidationException"),
        (403, "InvalidSignatureException"),
        (404, "NoSuchKey"),
    ],
)
def test_what_will_not_pass_is_asked_once(script, status, code):
    said = script(refusal(status, {"__type": f"prefix#{code}:http://internal.amazon.com/"}))

    with pytest.raises(aws.AwsError) as caught:
        aws.call("dynamodb", "PutItem", {})

    assert (caught.value.code, caught.value.status) == (code, status)
    assert len(said.asked) == 1


@pytest.mark.parametrize("answer", [refusal(503, b""), ConnectionResetError("10.0.0.1 secret")])
def test_after_the_last_try_the_service_is_unavailable(script, answer):
    said = script(answer)

    with pytest.raises(UnavailableError) as caught:
        aws.call("dynamodb", "Query", {})

    assert len(said.asked) == aws.TRIES
    assert caught.value.detail.startswith("dynamodb: ")
    assert "secret" not in caught.value.detail


def test_pauses_grow_are_bounded_and_differ(script):
    taken = []
    for _ in range(200):
        said = script(refusal(503, b""))
        with pytest.raises(UnavailableError):
            aws.call("sqs", "SendMessage", {})
        taken.append(said.pauses)

    firsts, seconds, thirds = zip(*taken, strict=True)
    assert max(firsts) <= 0.2
    assert max(seconds) <= 0.4
    assert max(thirds) <= 0.8
    assert min(*firsts, *seconds, *thirds) >= 0
    assert max(seconds) > 0.2
    assert max(thirds) > 0.4
    assert len(set(firsts)) > 100


def test_a_failed_condition_of_one_write(script):
    script(
        refusal(
            400,
            {
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
            },
        )
    )

    with pytest.raises(aws.AwsError) as caught:
        aws.call("dynamodb", "UpdateItem", {})

    assert caught.value.condition_failed
    assert caught.value.reasons == []


def cancelled(*codes):
    reasons = [{"Code": code, "Message": "…"} if code else {} for code in codes]
    return refusal(400, {"__type": CANCELLED, "CancellationReasons": reasons})


def test_a_failed_condition_of_a_transaction_says_which(script):
    said = script(cancelled("None", "ConditionalCheckFailed", None))

    with pytest.raises(aws.AwsError) as caught:
        aws.call("dynamodb", "TransactWriteItems", {})

    assert caught.value.condition_failed
    assert caught.value.reasons == ["None", "ConditionalCheckFailed", "None"]
    assert len(said.asked) == 1


@pytest.mark.parametrize(
    "reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]
)
def test_a_transaction_that_met_another_is_tried_again(script, reason):
    said = script(cancelled("None", reason), b"")

    aws.call("dynamodb", "TransactWriteItems", {})

    assert len(said.asked) == 2


def test_a_conflict_beside_a_failed_condition_is_not_tried_again(script):
    said = script(cancelled("TransactionConflict", "ConditionalCheckFailed"))

    with pytest.raises(aws.AwsError):
        aws.call("dynamodb", "TransactWriteItems", {})

    assert len(said.asked) == 1


@pytest.mark.parametrize("reason", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_a_transaction_that_is_wrong_in_itself_is_asked_once(script, reason):
    said = script(cancelled("None", reason))

    with pytest.raises(aws.AwsError) as caught:
        aws.call("dynamodb", "TransactWriteItems", {})

    assert not caught.value.condition_failed
    assert len(said.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "named", "code"),
    [
        (400, b'{"__type":"a.b#Code","message":"m"}', "", "Code"),
        (400, b'{"code":"Code"}', "", "Code"),
        (404, b'{"Type":"User","Message":"m"}', "Code:http://internal/", "Code"),
        (404, b"", "Code:http://internal/", "Code"),
        (400, b"<Error><Code>Code</Code><Message>m</Message></Error>", "", "Code"),
        (502, b"<html><h1>502 Bad Gateway</h1></html>", "", "Http502"),
        (502, b"", "", "Http502"),
        (403, b"\xff\xfe", "", "Http403"),
        (400, b'"a text"', "", "Http400"),
        (400, b"[]", "", "Http400"),
        (400, b"null", "", "Http400"),
        (400, b"[" * 100_000, "", "Http400"),
        (400, b'{"__type":null,"CancellationReasons":null}', "", "Http400"),
        (400, b'{"CancellationReasons":[{"Code":null}]}', "", "Http400"),
    ],
)
def test_every_refusal_has_a_code(status, body, named, code):
    error = aws._error(status, body, named)

    assert (error.code, error.status) == (code, status)
    assert all(isinstance(reason, str) for reason in error.reasons)
