"""What each function may do to AWS, as its role in the template says.

Source: IAM User Guide, "Policy evaluation logic" and "Multivalued context keys"; the rules that
roles here need, and no others. Resources are named as the template names them: `${Inbox.Arn}`.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import json

from scripts.permissions import transformed
from tests.kit import template
from tests.kit.expressions import UnsupportedError

PAGE = "web/main/"
"""How senders and lanes of the chat page begin, of which some policies speak."""
MANIFESTS = sorted(Path("functions/tools").glob("*/tool.yaml"))
LEADING = ("ForAllValues:StringLike", "dynamodb:LeadingKeys")
SEALED = ("StringNotLike", "kms:EncryptionContext:purpose")
OPENED = {(name, SEALED[1]) for name in ("StringEquals", "StringLike")}
CALLS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""Calls and parts of transactions that are allowed by the names of others."""


@cache
def role_of(function: str) -> str:
    """The logical id of a function by its name."""
    name = function.rpartition("-")[2].capitalize()
    if "-tool-" not in function:
        return name
    return f"{name}Tool"


@cache
def statements(role: str) -> tuple[Mapping[str, Any], ...]:
    """All of a function's statements, those of the policies that it shares with others too."""
    if role not in template.functions():
        return _of_test_tool(role)
    resources, found = transformed.load()["Resources"], []
    for policy in template.functions()[role]["Policies"]:
        shared = resources[policy["Ref"]]["Properties"]["PolicyDocument"] if "Ref" in policy else {}
        found += [*policy.get("Statement", ()), *shared.get("Statement", ())]
    return tuple(found)


def _of_test_tool(role: str) -> tuple[Mapping[str, Any], ...]:
    """A tool of the tests reads attachments, and is let in by people, as two of ours together."""
    name = role.removesuffix("Tool").lower()
    own = json.encode(statements("GithubTool")).decode().replace("github", name)
    return (*statements("DocumentTool"), *json.decode(own))


@cache
def may(role: str, action: str, resource: str, leading: str = "", purpose: str = "") -> bool:
    """Whether a statement allows it.

    `leading` is the partition key of the row that it is about, `purpose` what KMS is told it seals.
    """
    return any(
        _matches(action, listed(one["Action"]))
        and _matches(resource, named(one["Resource"]))
        and _matches(leading, leading_keys(one) or ["*"])
        and not _matches(purpose, closed_purposes(one))
        and _matches(purpose, open_purposes(one) or ["*"])
        for one in statements(role)
    )


def leading_keys(statement: Mapping[str, Any]) -> list[str]:
    """The partition keys that a statement is restricted to; none: it is not restricted."""
    kind, values = _condition(statement)
    return values if kind == LEADING else []


def closed_purposes(statement: Mapping[str, Any]) -> list[str]:
    """For what it does not open anything; what says no purpose is not meant (negated operators)."""
    kind, values = _condition(statement)
    return values if kind == SEALED else []


def open_purposes(statement: Mapping[str, Any]) -> list[str]:
    """For what alone it opens anything; none: it is not restricted."""
    kind, values = _condition(statement)
    return values if kind in OPENED else []


def _condition(statement: Mapping[str, Any]) -> tuple[tuple[str, str], list[str]]:
    if "Condition" not in statement:
        return ("", ""), []
    ((operator, ((key, values),)),) = (
        (name, one.items()) for name, one in statement["Condition"].items()
    )
    if statement["Effect"] != "Allow" or (operator, key) not in {LEADING, SEALED, *OPENED}:
        raise UnsupportedError(f"a statement with {operator} {key}")
    return (operator, key), list(listed(values))


def asked(service: str, operation: str, payload: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """What a call needs: action, resource and, of a row, its partition key."""
    if service == "sqs":
        words = payload["QueueUrl"].rpartition("/")[2].removesuffix(".fifo").split("-")
        queue = "".join(map(str.capitalize, words))
        yield f"sqs:{CALLS.get(operation, operation)}", f"${{{queue}.Arn}}"
    elif operation == "TransactWriteItems":
        for part in payload["TransactItems"]:
            ((kind, body),) = part.items()
            yield f"dynamodb:{CALLS[kind]}", "${Ledger.Arn}", _partition(body)
    elif "IndexName" in payload:
        yield f"dynamodb:{operation}", f"${{Ledger.Arn}}/index/{payload['IndexName']}"
    elif service == "dynamodb":
        yield f"dynamodb:{operation}", "${Ledger.Arn}", _partition(payload)


def _partition(payload: Mapping[str, Any]) -> str:
    """Of the ids of people and runs no policy may speak: one stands for all of a kind."""
    if "KeyConditionExpression" in payload:
        pk = payload["ExpressionAttributeValues"][":pk"]["S"]
    else:
        pk = (payload["Item"] if "Item" in payload else payload["Key"])["pk"]["S"]
    kind, mark, whose = str(pk).partition("#")
    if kind in {"clock", "broken", "credential"}:
        return str(pk)
    begins = f"{whose.partition('/')[0]}/" if kind == "ticket" else PAGE * whose.startswith(PAGE)
    return f"{kind}{mark}{begins}{'x' * bool(mark)}"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def named(value: Any) -> list[str]:
    """The resources of a statement, as `${Inbox.Arn}/…`."""
    if isinstance(value, list):
        return [name for one in value for name in named(one)]
    if "Fn::GetAtt" in value:
        return ["${" + ".".join(value["Fn::GetAtt"]) + "}"]
    return [re.sub(r"^arn:.*:(parameter|function)[/:]", r"\1:", str(value["Fn::Sub"]))]


def _matches(value: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(value, one) for one in patterns)
