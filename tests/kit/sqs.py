"""The calls of SQS over the queues in memory."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from switchboard.cloud.aws import AwsError
from tests.kit.expressions import UnsupportedError
from tests.kit.queues import MAX_BYTES, Queue, attributes

Payload = Mapping[str, Any]
_MESSAGE = {
    "MessageBody",
    "MessageGroupId",
    "MessageDeduplicationId",
    "MessageSystemAttributes",
}


class Queues:
    """All queues, by address."""

    def __init__(self, queues: Iterable[Queue]) -> None:
        self.queues = {queue.url: queue for queue in queues}

    def call(self, operation: str, payload: Payload) -> dict[str, Any]:
        if operation not in _CALLS:
            raise UnsupportedError(f"sqs.{operation}")
        call, known = _CALLS[operation]
        _refuse_others(payload, known | {"QueueUrl"})
        queue = self.queues.get(payload["QueueUrl"])
        if queue is None:
            raise AwsError("QueueDoesNotExist", 400, {})
        return call(queue, payload)


def _send(queue: Queue, payload: Payload) -> dict[str, Any]:
    id_ = queue.send(
        payload["MessageBody"],
        payload.get("MessageGroupId", ""),
        payload.get("MessageDeduplicationId", ""),
        _trace(payload),
    )
    return {"MessageId": id_}


def _trace(payload: Payload) -> str:
    """SQS knows one system attribute that a sender may set."""
    given = payload.get("MessageSystemAttributes", {})
    if not given:
        return ""
    if given.keys() != {"AWSTraceHeader"} or given["AWSTraceHeader"]["DataType"] != "String":
        raise AwsError("InvalidParameterValue", 400, {})
    return str(given["AWSTraceHeader"]["StringValue"])


def _send_batch(queue: Queue, payload: Payload) -> dict[str, Any]:
    entries = _entries(payload, _MESSAGE)
    if sum(len(entry["MessageBody"].encode()) for entry in entries) > MAX_BYTES:
        raise AwsError("BatchRequestTooLong", 400, {})
    taken = [{"Id": entry["Id"], **_send(queue, entry)} for entry in entries]
    return {"Successful": taken, "Failed": []}


def _receive(queue: Queue, payload: Payload) -> dict[str, Any]:
    """Only the attributes that were asked for; no `Messages` at all when there are none."""
    limit = payload.get("MaxNumberOfMessages", 1)
    if not 1 <= limit <= 10:
        raise AwsError("InvalidParameterValue", 400, {})
    wanted = set(payload.get("MessageSystemAttributeNames", ()))
    messages = [
        {
            "MessageId": one.id,
            "ReceiptHandle": one.receipt,
            "Body": one.body,
            "Attributes": {
                name: value
                for name, value in attributes(one).items()
                if name in wanted or "All" in wanted
            },
        }
        for one in queue.receive(limit, payload.get("VisibilityTimeout"))
    ]
    return {"Messages": messages} if messages else {}


def _delete(queue: Queue, payload: Payload) -> dict[str, Any]:
    queue.delete(payload["ReceiptHandle"])
    return {}


def _delete_batch(queue: Queue, payload: Payload) -> dict[str, Any]:
    entries = _entries(payload, {"ReceiptHandle"})
    for entry in entries:
        queue.delete(entry["ReceiptHandle"])
    return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}


def _change_visibility(queue: Queue, payload: Payload) -> dict[str, Any]:
    seconds = payload["VisibilityTimeout"]
    if not isinstance(seconds, int) or not 0 <= seconds <= 43_200:
        raise AwsError("InvalidParameterValue", 400, {})
    queue.change_visibility(payload["ReceiptHandle"], seconds)
    return {}


def _attributes(queue: Queue, payload: Payload) -> dict[str, Any]:
    waiting, flying = queue.waiting()
    known = {
        "ApproximateNumberOfMessages": str(waiting),
        "ApproximateNumberOfMessagesNotVisible": str(flying),
    }
    wanted = set(payload["AttributeNames"])
    if not wanted <= known.keys():
        raise UnsupportedError(f"attributes {sorted(wanted - known.keys())}")
    return {"Attributes": {name: known[name] for name in wanted}}


def _entries(payload: Payload, known: Collection[str]) -> list[Payload]:
    entries: list[Payload] = payload["Entries"]
    ids = {entry["Id"] for entry in entries}
    if not 1 <= len(entries) <= 10 or len(ids) < len(entries):
        raise AwsError("BatchEntryIdsNotDistinct", 400, {})
    for entry in entries:
        _refuse_others(entry, {"Id", *known})
    return entries


def _refuse_others(payload: Payload, known: Collection[str]) -> None:
    if not payload.keys() <= known:
        raise UnsupportedError(f"parameters {sorted(payload.keys() - known)}")


_RECEIVE = {
    "MaxNumberOfMessages",
    "MessageSystemAttributeNames",
    "VisibilityTimeout",
    "WaitTimeSeconds",
}
_CALLS: dict[str, tuple[Callable[[Queue, Payload], dict[str, Any]], set[str]]] = {
    "SendMessage": (_send, _MESSAGE),
    "SendMessageBatch": (_send_batch, {"Entries"}),
    "ReceiveMessage": (_receive, _RECEIVE),
    "DeleteMessage": (_delete, {"ReceiptHandle"}),
    "DeleteMessageBatch": (_delete_batch, {"Entries"}),
    "ChangeMessageVisibility": (_change_visibility, {"ReceiptHandle", "VisibilityTimeout"}),
    "GetQueueAttributes": (_attributes, {"AttributeNames"}),
}
"""What each call does, and its parameters."""
