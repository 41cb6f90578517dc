"""The calls of DynamoDB and SQS in memory that bring back, take away and count."""

import pytest
from msgspec import json

from switchboard.cloud import aws
from switchboard.cloud.aws import AwsError
from tests.kit.expressions import UnsupportedError
from tests.kit.fakes import FAILURES, INBOX_DEAD, TABLE
from tests.kit.hops import LIMIT, Hops

ROW = {"pk": {"S": "a"}, "sk": {"S": "x"}, "n": {"N": "1"}}
KEY = {"pk": {"S": "a"}, "sk": {"S": "x"}}


def dynamodb(operation, **payload):
    return aws.call("dynamodb", operation, {"TableName": TABLE, **payload})


def sqs(operation, url=FAILURES, **payload):
    return aws.call("sqs", operation, {"QueueUrl": url, **payload})


def test_a_standard_queue_takes_receives_counts_and_deletes(cloud):
    sqs("SendMessage", MessageBody="one")
    sqs("SendMessage", MessageBody="two")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    (message,) = sqs("ReceiveMessage", MessageSystemAttributeNames=["All"])["Messages"]
    counted = sqs("GetQueueAttributes", AttributeNames=names)["Attributes"]
    sqs("DeleteMessage", ReceiptHandle=message["ReceiptHandle"])

    assert (message["Body"], message["Attributes"]["ApproximateReceiveCount"]) == ("one", "1")
    assert counted == dict(zip(names, ("1", "1"), strict=True))
    assert [one.body for one in cloud.failures.messages] == ["two"]


def test_an_empty_queue_answers_without_messages(cloud):
    assert sqs("ReceiveMessage", MaxNumberOfMessages=10) == {}


def test_a_batch_of_receipts_is_deleted(cloud):
    for number in range(3):
        sqs("SendMessage", MessageBody=str(number))
    received = sqs("ReceiveMessage", MaxNumberOfMessages=10)["Messages"]
    entries = [
        {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
        for number, one in enumerate(received)
    ]

    answer = sqs("DeleteMessageBatch", Entries=entries[:2])

    assert answer == {"Successful": [{"Id": "0"}, {"Id": "1"}], "Failed": []}
    assert [one.body for one in cloud.failures.messages] == ["2"]


@pytest.mark.parametrize(
    "payload", [{"MessageDeduplicationId": "d"}, {"MessageBody": ""}, {"MessageBody": "x" * 2**21}]
)
def test_what_a_standard_queue_does_not_take_is_refused(cloud, payload):
    with pytest.raises(AwsError):
        sqs("SendMessage", **{"MessageBody": "one", **payload})


def test_parameters_that_are_not_known_are_refused_loudly(cloud):
    with pytest.raises(UnsupportedError):
        sqs("SendMessage", MessageBody="one", DelaySeconds=3)
    with pytest.raises(UnsupportedError):
        sqs("GetQueueAttributes", AttributeNames=["All"])
    with pytest.raises(UnsupportedError):
        dynamodb("DeleteItem", Key=KEY, ReturnItemCollectionMetrics="SIZE")


def test_an_invoke_that_fails_three_times_is_a_record_in_the_failures_queue(cloud, clock):
    cloud.functions = {"desk"}
    aws.invoke("desk", b'{"id":1}')
    for _ in range(3):
        (invocation,) = cloud.invocations
        assert cloud.starts(invocation)
        cloud.failed(invocation)

    (message,) = sqs("ReceiveMessage")["Messages"]
    record = json.decode(message["Body"])
    assert not cloud.invocations
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"].endswith(":function:desk:$LATEST")
    assert record["requestPayload"] == {"id": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"


def test_the_sixteenth_run_in_one_chain_is_dropped_to_the_dead(cloud):
    cloud.hops = cloud.inbox.hops = Hops(frozenset())
    for number in range(LIMIT):
        cloud.inbox.send("again", "g", str(number))
        messages = cloud.poll(cloud.inbox, "dispatch", 10)
        if number == LIMIT - 1:
            break
        cloud.hops.enter("dispatch", [one.chain for one in messages])
        cloud.inbox.delete(messages[0].receipt)

    assert messages == []
    assert sqs("ReceiveMessage", INBOX_DEAD)["Messages"][0]["Body"] == "again"


def test_an_invoke_that_came_round_too_often_is_given_up(cloud):
    cloud.hops = Hops(frozenset({"Dispatch"}))
    cloud.functions = {"test-tool-desk"}
    for _ in range(LIMIT - 1):
        cloud.hops.enter("test-tool-desk", [cloud.hops.now])
    aws.invoke("test-tool-desk", b"{}")

    assert not cloud.starts(cloud.invocations[0])
    (record,) = cloud.failures.messages
    assert json.decode(record.body)["requestContext"]["approximateInvokeCount"] == 0


def test_a_function_that_declares_it_may_recur(cloud):
    hops = Hops(frozenset({"Dispatch"}))

    assert not hops.stopped("dispatch", {"dispatch": LIMIT})
    assert hops.stopped("deliver", {"deliver": LIMIT})
    assert not hops.stopped("deliver", {"deliver": LIMIT - 2})
