"""What each tool's function may do and has, by its manifest and by the transformed template."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from switchboard.sdk import manifest
from switchboard.sdk.manifest import Manifest

TOOLS = Path("functions/tools")
ROWS = {
    "GetItem": "lane run stop",
    "PutItem": "audit ref run",
    "UpdateItem": "grant lane question run",
    "ConditionCheckItem": "lane run sender stop",
}
"""What the frame around every tool does to rows, by the words that their partition keys begin with
(docs/adr/0021)."""
WHOLE = re.compile(r"credential#\w+$")
"""A partition whose owner is a tool, not a person or a run."""
LEADING = ("ForAllValues:StringLike", "dynamodb:LeadingKeys")
NOT_OTHERS = "StringNotLike kms:EncryptionContext:purpose=factor|credential/*"
"""What shows who a person is is opened by who checks codes alone (docs/adr/0029), and what people
give a tool by that tool (docs/adr/0031)."""
SAM = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
"""AWS's policies that SAM adds for logs and traces."""
Resources = Mapping[str, Any]


class Right(NamedTuple):
    """One thing that a role may do; `only` is under which condition: of a row, the word that its
    partition key begins with."""

    action: str
    resource: str
    only: str = ""

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}" + (f", only {self.only}" if self.only else "")


def manifests() -> dict[str, Manifest]:
    """By the logical id of their function."""
    found = (manifest.load(path.parent) for path in sorted(TOOLS.glob("*/tool.yaml")))
    return {f"{one.name.capitalize()}Tool": one for one in found}


def needed(tool: Manifest) -> set[Right]:
    """What a tool's manifest and the frame around it ask for, and nothing else."""
    own = f"parameter/${{AWS::StackName}}/tools/{tool.name}"
    found = {
        *(Right(f"kms:{one}", "Key", NOT_OTHERS) for one in ("Decrypt", "GenerateDataKey")),
        Right("kms:GetPublicKey", "GrantKey"),
        Right("ssm:GetParameter", own),
        Right("s3:PutObject", "Results/results/*"),
        *(Right("sqs:SendMessage", queue) for queue in ("Hints", "Outbox", "Failures")),
    }
    for action, kinds in ROWS.items():
        found |= {Right(f"dynamodb:{action}", "Ledger", kind) for kind in kinds.split()}
    found |= set(_of_people(tool))
    if tool.undoes:
        kept = f"Results/undo/{tool.name}/*"
        found |= {Right("s3:GetObject", kept), Right("s3:PutObject", kept)}
    return found | ({Right("s3:GetObject", "Results/uploads/*")} if tool.attachments else set())


def _of_people(tool: Manifest) -> Iterator[Right]:
    """What people's own connections ask for: to be read, and where tokens end, renewed."""
    if not tool.secrets:
        return
    only = f"StringEquals kms:EncryptionContext:purpose=credential/{tool.name}"
    renews = tool.oauth is not None
    yield Right("kms:Decrypt", "Key", only)
    yield Right("dynamodb:GetItem", "Ledger", f"credential#{tool.name}")
    if renews:
        yield Right("kms:Encrypt", "Key", only)
        yield Right("dynamodb:UpdateItem", "Ledger", f"credential#{tool.name}")
        yield Right("ssm:GetParameter", f"parameter/${{AWS::StackName}}/oauth/{tool.name}")


def held(resources: Resources, function: str) -> set[Right]:
    """What a function's role allows it, by all of its policies."""
    return {right for one in statements(resources, function) for right in rights_of(one)}


def statements(resources: Resources, function: str) -> Iterator[Mapping[str, Any]]:
    """Those of a role's own policies and of ours that it shares with others."""
    role = resources[f"{function}Role"]["Properties"]
    documents = [one["PolicyDocument"] for one in role.get("Policies", ())]
    shared = [one["Ref"] for one in role["ManagedPolicyArns"] if isinstance(one, dict)]
    documents += [resources[one]["Properties"]["PolicyDocument"] for one in shared]
    for document in documents:
        yield from listed(document["Statement"])


def rights_of(statement: Mapping[str, Any]) -> Iterator[Right]:
    """What a statement allows, and under which conditions; a denial is no right of any manifest."""
    conditions = [
        (operator, key, listed(values))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    only = [" and ".join(f"{one} {key}={'|'.join(values)}" for one, key, values in conditions)]
    if len(conditions) == 1 and conditions[0][:2] == LEADING:
        kinds = conditions[0][2]
        only = [one if WHOLE.match(one) else re.sub(r"[^\w*?].*$", "", one) for one in kinds]
    if statement["Effect"] != "Allow":
        only = [statement["Effect"]]
    for action, resource, one in product(
        listed(statement["Action"]), listed(statement["Resource"]), only
    ):
        yield Right(action, named(resource), one)


def named(value: Any) -> str:
    """A resource as people call it: `Ledger`, `Results/results/*`, `parameter/…`."""
    if isinstance(value, dict) and "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    if isinstance(value, dict) and "Ref" in value:
        return str(value["Ref"])
    text = str(value["Fn::Sub"]) if isinstance(value, dict) and "Fn::Sub" in value else str(value)
    text = re.sub(r"^arn:[^ ]*?:(parameter|function)[/:]", r"\1/", text)
    return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
