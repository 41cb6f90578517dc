"""What is measured: each function's module, artifact, first event, and those after it."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_DNS, uuid4, uuid5

from tests.bench import approval, certificates, world
from tests.kit import webhooks

BUILD = Path(".aws-sam/build").resolve()
PEERS = Path(__file__).with_name("peers").resolve()
LAYER = BUILD / "CommonLayer" / "python"
ASKED = "/github repository.get octo/hello"
WEBHOOKS, MESSAGES, CALLS = 1_000, 300, 100
"""Warm events of ingest, of the others, and of a tool, whose vendor library takes most of it."""
OK, NONE_FAILED = {"statusCode": 200}, {"batchItemFailures": []}
DONE = {"result": {"state": "DONE"}}


class Function(NamedTuple):
    """One function: what it is called, where it is, and what it is given."""

    name: str
    module: str
    path: tuple[Path, ...]
    events: list[Any]
    wanted: Mapping[str, Any]
    """What its answers must hold; a function that fails fast must not look quick."""
    ca: str = certificates.AMAZON_BUNDLE


def slack_event(number: int) -> Any:
    now = time.time() + 240  # within ingest's five minutes, before and after, for the whole run
    event = webhooks.slack(ASKED, ts=f"{int(now)}.{number:06}", now=now)
    event["requestContext"]["stage"] = "$default"
    return event


INBOX_ARN = f"arn:aws:sqs:{world.REGION}:123456789012:inbox"


def batch(*bodies: str) -> Any:
    """A batch of the Inbox, as the event source gives it, or of the Outbox, whose ARN none asks."""
    return {
        "Records": [
            {
                "messageId": str(uuid4()),
                "receiptHandle": "a receipt",
                "body": body,
                "eventSourceARN": INBOX_ARN,
                "attributes": {
                    "MessageGroupId": "a lane",
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": str(int(time.time() * 1000)),
                },
            }
            for body in bodies
        ]
    }


def bare() -> Function:
    return Function("bare", "bare", (PEERS,), [{}], OK)


def contexts(folder: Path) -> list[Function]:
    """TLS contexts: what Lambda has, what is measured here, and what boto3 has."""
    files = {
        "amazon_roots": certificates.ROOTS,
        "amazon_roots_and_test": folder / certificates.AMAZON_BUNDLE,
        "public_and_test": folder / certificates.PUBLIC_BUNDLE,
    }
    return [
        Function(f"tls.{name}", "tls_context", (PEERS,), [{"cafile": str(path)}], {})
        for name, path in files.items()
    ]


def ours(last: Mapping[str, Any]) -> list[Function]:
    """Every function with the events that the stages before it made (the stub's `last`)."""
    document = _other(last, "document", "text.extract", {}, [world.UPLOAD])
    calendar = _other(last, "calendar", "calendars.list", {})
    discover = {"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}
    github = json.loads(last["command"])
    page = {
        "version": "2.0",
        "rawPath": "/chat/index.html",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {
            "http": {"method": "GET", "path": "/chat/index.html"},
            "stage": "$default",
        },
    }
    approvals = [batch(one) for one in approval.answers()]
    inbox, outbox = batch(*last["inbox"]), batch(last["outbox"])
    return [
        _function("Ingest", [slack_event(number) for number in range(WEBHOOKS + 1)], OK),
        _function("Dispatch", [inbox] * (MESSAGES + 1), NONE_FAILED),
        _function("Approve", approvals, NONE_FAILED),
        _tool("github", [discover], "tool_frame", {"id": discover["id"]}),
        _tool("github", [github] * (CALLS + 1)),
        _tool("calendar", [calendar]),
        _tool("document", [document]),
        _function("Deliver", [outbox] * (MESSAGES + 1), NONE_FAILED),
        _function("Sweep", [{}], {"calls": 0, "answers": 0}),
        _function("Console", [page], OK),
    ]


def peers() -> list[Function]:
    """The same webhook in the usual ways, with the libraries that the console has."""
    events = [slack_event(number) for number in range(MESSAGES + 1)]
    return [
        Function(
            f"peer.{name}",
            f"{name}_webhook",
            (PEERS, BUILD / "Console"),
            events,
            OK,
            certificates.PUBLIC_BUNDLE,
        )
        for name in ("boto3", "powertools")
    ]


def _other(
    last: Mapping[str, Any],
    tool: str,
    method: str,
    arguments: dict[str, str],
    attachments: Sequence[Mapping[str, Any]] = (),
) -> Any:
    """The last command, but of another run and of another tool."""
    command = json.loads(last["command"]) | {"method": method}
    command["params"]["arguments"] = arguments
    command["params"]["_meta"] |= {
        "tool": tool,
        "run": str(uuid5(NAMESPACE_DNS, tool)),
        "attachments": list(attachments),
    }
    return command


def _function(artifact: str, events: list[Any], wanted: Mapping[str, Any]) -> Function:
    module = f"functions.{artifact.lower()}.app"
    return Function(artifact.lower(), module, (BUILD / artifact, LAYER), events, wanted)


def _tool(
    tool: str, events: list[Any], name: str = "", wanted: Mapping[str, Any] = DONE
) -> Function:
    artifact = BUILD / f"{tool.capitalize()}Tool"
    layers = ("ToolLayer", "DocumentLayer")
    path = (artifact, LAYER, *(BUILD / layer / "python" for layer in layers))
    return Function(name or tool, f"functions.tools.{tool}.app", path, events, wanted)


def environment(function: Function, base: str, folder: Path) -> dict[str, str]:
    """What Lambda tells a function, with the stub in AWS's place."""
    public = str(folder / certificates.PUBLIC_BUNDLE)
    tool = function.module.split(".")[2] if ".tools." in function.module else ""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ":".join(map(str, function.path)),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_ENDPOINT_URL": base,
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "a key that opens nothing",
        "AWS_REGION": world.REGION,
        "AWS_DEFAULT_REGION": world.REGION,
        "AWS_CA_BUNDLE": str(folder / function.ca),
        "SSL_CERT_FILE": public,  # for the chat platforms and the vendors
        "REQUESTS_CA_BUNDLE": public,
        "LEDGER_TABLE": world.TABLE,
        "RESULTS_BUCKET": world.BUCKET,
        "INBOX_URL": f"{base}/inbox",
        "INBOX_ARN": INBOX_ARN,
        "HINTS_URL": f"{base}/hints",
        "HINTS_ARN": INBOX_ARN.replace("inbox", "hints"),
        "OUTBOX_URL": f"{base}/outbox",
        "INBOX_DEAD_URL": f"{base}/inbox-dead",
        "HINTS_DEAD_URL": f"{base}/hints-dead",
        "OUTBOX_DEAD_URL": f"{base}/outbox-dead",
        "FAILURES_URL": f"{base}/failures",
        "APPROVALS_URL": f"{base}/approvals",
        "STACK": "bench",
        "PUBLIC_URL": base,
        "KMS_ARN": approval.KEY,
        "GRANTS_ARN": approval.KEY,
        "TOOL_PREFIX": "bench-tool-",
        "FETCH_FUNCTION": "bench-fetch",
        "CHANNELS_PARAMETER": world.CHANNELS,
        "TOOL_PARAMETER": world.TOOLS + tool,
        "SLACK_SECRET": webhooks.ACCOUNTS["slack/main"]["signing_secret"],
        "POWERTOOLS_SERVICE_NAME": "bench",
    }
