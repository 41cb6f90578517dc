"""Webhooks in: receive the raw bytes, one send to a queue for each message, answer."""

import re
import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from msgspec import json, structs

from functions.ingest.accounts import Accounts
from functions.ingest.settings import IngestSettings
from switchboard import control, observe, queues
from switchboard.channels import registry
from switchboard.channels.base import Received, Receiver, Response, Webhook
from switchboard.cloud import aws, connections
from switchboard.errors import BadRequestError, BadSignatureError, UnavailableError
from switchboard.models import Envelope, encode
from switchboard.runtime import kept

COPIES = 2
"""Every envelope is sent twice, side by side in one call and one group: no one queue message is
the only copy of anything. Dispatch drops the second (docs/adr/0006)."""
MAX_BYTES = 256 * 1024
"""Of an envelope: both copies go in one call (1 MiB), and a dead letter is one row (400 kB)."""
MAX_TEXT, MAX_NAME = 33_000, 200
"""Of one that is longer, in characters: of its text, a little more than dispatch reads."""
REFUSALS_EVERY = 60.0
"""Seconds between two log lines about the same kind of refusal: a flood must not fill the logs."""

PATH = re.compile(r"/webhook/([^/]+)/([^/]+)(?:/(.+))?")
"""`<channel>/<account>`, and what the platform adds to the address that it was given."""
NOT_FOR_SQS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
"""The characters of JSON that SQS does not take as they are (SendMessageBatch, MessageBody)."""


@observe.stage("ingest")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP API request (payload version 2.0)."""
    response = respond(event, time.time())
    headers = {"content-type": response.content_type, "cache-control": "no-store"}
    return {"statusCode": response.status, "headers": headers, "body": response.body}


def respond(event: Mapping[str, Any], now: float) -> Response:
    """The answer to a webhook; whatever is refused costs no AWS call."""
    stage = event["requestContext"].get("stage", "$default")
    name, rest = _place(str(event.get("rawPath", "")).removeprefix(f"/{stage}"))
    try:
        receiver = _accounts().receiver(name)
        if receiver is None:
            return _refuse(404, "unknown_channel", "There is no such channel here.", now)
        webhook = _webhook(event, registry.channel(name.partition("/")[0]).receive, now, rest)
        return webhook if isinstance(webhook, Response) else _take(name, receiver, webhook)
    except BadSignatureError:
        return _refuse(401, "bad_signature", "The signature is missing, wrong or too old.", now)
    except BadRequestError as error:
        return _refuse(400, "bad_request", f"The body is not understood: {error.detail}.", now)
    except UnavailableError as error:
        observe.warn("ingest unavailable", detail=error.detail)
        return _error(503, "unavailable", "Try again in a moment; nothing was done.")


@lru_cache(100)
def _place(path: str) -> tuple[str, str]:
    """The account that the path is of, and what its platform adds; nothing for any other path."""
    found = PATH.fullmatch(path)
    kind, account, rest = found.groups("") if found else ("", "", "")
    known = registry.known(kind) and re.fullmatch(registry.channel(kind).receive.path, rest)
    return (f"{kind}/{account}", rest) if known else ("", "")


def _take(name: str, receiver: Receiver, webhook: Webhook) -> Response:
    received = _received(name, receiver, webhook)
    for envelope in received.envelopes:
        with observe.scope(run=envelope.id, channel=envelope.channel):
            _accept(envelope)
    if received.skipped:
        channel = name.partition("/")[0]
        observe.count("parts skipped", {"skipped": received.skipped}, channel=channel)
    return received.response


def _received(name: str, receiver: Receiver, webhook: Webhook) -> Received:
    """What the webhook holds, if it is also believed by secrets of the last five minutes."""
    received = receiver.receive(webhook)
    renewed = _accounts().renewed(name, webhook.received_at)
    if renewed is receiver:
        return received
    if renewed is None:
        raise BadSignatureError("the account is gone")
    return renewed.receive(webhook)  # its secrets were changed since they were read


def _webhook(
    event: Mapping[str, Any], inbound: registry.Inbound, now: float, rest: str
) -> Webhook | Response:
    method = event["requestContext"]["http"]["method"]
    if method not in inbound.methods:
        return _refuse(405, "method", f"Send a {' or '.join(inbound.methods)}.", now)
    body, limit = event.get("body") or "", inbound.bytes
    if len(body) > limit * 2:
        return _refuse(413, "too_large", f"At most {limit} bytes.", now)
    headers = _joined([(name.lower(), value) for name, value in event.get("headers", {}).items()])
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method != "GET" and media_type not in inbound.content_types:
        wanted = " or ".join(inbound.content_types)
        return _refuse(415, "content_type", f"Send {wanted}.", now)
    try:
        raw = b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:  # of base64, of UTF-8
        return _refuse(400, "bad_request", "The body cannot be decoded.", now)
    if len(raw) > limit:
        return _refuse(413, "too_large", f"At most {limit} bytes.", now)
    return Webhook(method, headers, _query(event), raw, now, rest)


def _query(event: Mapping[str, Any]) -> dict[str, str]:
    """Decoded once, from what was sent: a plus stays a plus, as base64 needs it."""
    query = str(event.get("rawQueryString", ""))
    if not query:
        return {}
    pairs = [part.partition("=") for part in query.split("&")]
    return _joined([(unquote(name), unquote(value)) for name, _, value in pairs if name])


def _joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What is there twice, joined as the API joins headers: no signature is right then."""
    found = dict(pairs)
    if len(found) < len(pairs):
        return {name: ",".join(value for key, value in pairs if key == name) for name in found}
    return found


def _accept(envelope: Envelope) -> None:
    said = structs.replace(envelope, trace=observe.trace())
    encoded = encode(said)
    if len(encoded) > MAX_BYTES:
        encoded = encode(_shortened(said))
    body = encoded.decode()
    if not body.isascii():
        body = body.translate(NOT_FOR_SQS)
    id_, group = envelope.id.hex, queues.group_of(control.lane_of(envelope))
    traced = queues.traced()
    entries = [
        {
            "Id": str(copy),
            "MessageBody": body,
            "MessageGroupId": group,
            "MessageDeduplicationId": f"{id_}-{copy}",
            **traced,
        }
        for copy in range(COPIES)
    ]
    # What may hold a code, or says who may do what, goes to `approve`, and nowhere else.
    guarded = envelope.kind == "message" and control.is_guarded(envelope.text)
    settings = IngestSettings.load()
    url = settings.approvals_url if guarded else settings.inbox_url
    payload = {"QueueUrl": url, "Entries": entries}
    answer = aws.call("sqs", "SendMessageBatch", payload)
    if not answer.get("Successful"):
        raise UnavailableError("the inbox took no copy")
    observe.log("accepted")


def _shortened(envelope: Envelope) -> Envelope:
    """What is too long for dispatch in any case, as far as it must come to be told so."""
    files = [structs.replace(one, name=one.name[:MAX_NAME]) for one in envelope.attachments]
    sender = structs.replace(envelope.sender, name=envelope.sender.name[:MAX_NAME])
    text = envelope.text[:MAX_TEXT]
    return structs.replace(envelope, text=text, sender=sender, attachments=tuple(files))


def _refuse(status: int, code: str, message: str, now: float) -> Response:
    """Refuse, and count it: one log line a minute for each kind."""
    counted = _refused()
    last, count = counted.get(code, (-REFUSALS_EVERY, 0))
    if now - last >= REFUSALS_EVERY:
        observe.count("refused", {"refusals": count + 1}, outcome=code)
        counted[code] = (now, 0)
    else:
        counted[code] = (last, count + 1)
    return _error(status, code, message)


def _error(status: int, code: str, message: str) -> Response:
    return Response(status, json.encode({"error": {"code": code, "message": message}}).decode())


@kept
def _refused() -> dict[str, tuple[float, int]]:
    """When each kind of refusal was last logged, and how many there were since."""
    return {}


@kept
def _accounts() -> Accounts:
    return Accounts(IngestSettings.load().channels_parameter)


if IngestSettings.load().aws_lambda_function_name:
    # While Lambda starts, not when a request comes: anyone can send a request.
    connections.warm()
    _accounts()
