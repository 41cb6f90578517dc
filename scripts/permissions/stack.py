"""What holds for the whole transformed template, whatever it deploys."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.permissions.rights import SAM, Resources, listed, named, statements
from switchboard.ledger import questions

DAYS = 90
"""How long logs are kept."""
TIMES = 6
"""How much longer than its function's timeout a queue hides a message (Lambda Developer Guide)."""
STATEFUL = {"AWS::KMS::Key", "AWS::Logs::LogGroup", "AWS::DynamoDB::Table", "AWS::S3::Bucket"}
KEYS = {
    "SQS::Queue": "KmsMasterKeyId",
    "SNS::Topic": "KmsMasterKeyId",
    "Logs::LogGroup": "KmsKeyId",
    "Lambda::Function": "KmsKeyArn",
    "DynamoDB::Table": "SSESpecification",
    "S3::Bucket": "BucketEncryption",
}
"""Where each kind of store names its key."""
OURS = re.compile(r"'(Ref|Fn::GetAtt)': \[?'Key'")
PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
OLD = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
WILD = {("Ingest", "sqs:SendMessage*")}
"""AWS asks for SendMessage, the local AWS for SendMessageBatch."""
SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|xox[abpr]-|gh[pousr]_\w{20}|github_pat_|sk-[\w-]{20}"
    r"|-----BEGIN|eyJ[\w-]{10,}\.eyJ|\b[0-9a-f]{32,}\b|(?<![\w/+])(?=[\w/+]*\d)(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])[\w/+]{40}(?![\w/+])"
)
"""How keys of AWS, Slack, GitHub and others look, and random strings."""
WORDS = ("SECRET", "TOKEN", "PASSWORD", "PRIVATE", "API_KEY", "ACCESS_KEY")
"""In the name of a variable that does not end as those do which say where secrets are."""
WHERE = ("_PARAMETER", "_ARN", "_URL")


def findings(resources: Resources) -> Iterator[str]:
    """One line for each rule that does not hold."""
    for rule in (
        _queues,
        _dead_letters,
        _stores,
        _buckets,
        _functions,
        _roles,
        _signing,
        _doors,
        _secrets,
    ):
        yield from rule(resources)


def of(resources: Resources, kind: str) -> dict[str, Mapping[str, Any]]:
    """The properties of all resources of a type, by logical id."""
    return {
        name: one.get("Properties", {})
        for name, one in resources.items()
        if one["Type"] == f"AWS::{kind}"
    }


def _queues(resources: Resources) -> Iterator[str]:
    queues, functions = of(resources, "SQS::Queue"), of(resources, "Lambda::Function")
    for name, source in of(resources, "Lambda::EventSourceMapping").items():
        queue = named(source["EventSourceArn"])
        least = TIMES * functions[source["FunctionName"]["Ref"]]["Timeout"]
        if queues[queue].get("VisibilityTimeout", 30) < least:
            yield f"{queue}: hides a message for less than {least} s, as {name}'s function needs"
        if source.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name}: one message that fails brings back its whole batch"
        # What may hold a one-time code is kept nowhere: it is gone when its question has lapsed.
        short = queues[queue].get("MessageRetentionPeriod", 345_600) <= questions.SECONDS
        if "RedrivePolicy" not in queues[queue] and not short:
            yield f"{queue}: no dead letter queue"
        if source.get("ScalingConfig", {}).get("MaximumConcurrency", 0) < 2:  # noqa: PLR2004  the least there is
            yield f"{name}: no MaximumConcurrency"


def _dead_letters(resources: Resources) -> Iterator[str]:
    """A queue in which nothing should be has an alarm that says when something is."""
    dead = {
        named(one["RedrivePolicy"]["deadLetterTargetArn"])
        for one in of(resources, "SQS::Queue").values()
        if "RedrivePolicy" in one
    }
    for one in of(resources, "Lambda::EventInvokeConfig").values():
        dead.add(named(one["DestinationConfig"]["OnFailure"]["Destination"]))
    watched = {
        named(dimension["Value"])
        for alarm in of(resources, "CloudWatch::Alarm").values()
        if alarm.get("AlarmActions") and alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm.get("Dimensions", ())
    }
    for name in sorted(dead - watched):
        yield f"{name}: no alarm when something is in it"


def _stores(resources: Resources) -> Iterator[str]:
    for kind, place in KEYS.items():
        for name, one in of(resources, kind).items():
            if not OURS.search(str(one.get(place))):
                yield f"{name}: not encrypted with our key"
    for name, one in of(resources, "Logs::LogGroup").items():
        if one.get("RetentionInDays") != DAYS:
            yield f"{name}: does not keep logs for {DAYS} days"
    for name, resource in resources.items():
        policies = {resource.get(one) for one in ("DeletionPolicy", "UpdateReplacePolicy")}
        if resource["Type"] in STATEFUL and policies != {"Retain"}:
            yield f"{name}: goes when the stack goes"


def _buckets(resources: Resources) -> Iterator[str]:
    policies = of(resources, "S3::BucketPolicy").values()
    plain, old = (
        {named(one["Bucket"]) for one in policies if _denies(one, condition)}
        for condition in (PLAIN, OLD)
    )
    for name, one in of(resources, "S3::Bucket").items():
        if name not in plain & old:
            yield f"{name}: may be reached without TLS 1.2"
        if set(one.get("PublicAccessBlockConfiguration", {"": False}).values()) != {True}:
            yield f"{name}: may become public"
        if one.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{name}: keeps no versions"


def _denies(policy: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    """Whether it keeps everybody from the bucket where the condition holds."""
    found = (
        (one["Effect"], one["Principal"], one["Action"], one.get("Condition"))
        for one in listed(policy["PolicyDocument"]["Statement"])
    )
    return ("Deny", "*", "s3:*", condition) in found


def _functions(resources: Resources) -> Iterator[str]:
    for name, one in of(resources, "Lambda::Function").items():
        if one.get("LoggingConfig", {}).get("LogGroup") != {"Ref": "Logs"}:
            yield f"{name}: does not log to the group that is encrypted and kept for {DAYS} days"
        for variable in one.get("Environment", {}).get("Variables", {}):
            if any(word in variable for word in WORDS) and not variable.endswith(WHERE):
                yield f"{name}: {variable} in its environment, which everybody reads who lists it"


def _roles(resources: Resources) -> Iterator[str]:
    for name in of(resources, "Lambda::Function"):
        if f"{name}Role" not in resources:
            yield f"{name}: a role that is not its own"
            continue
        for one in statements(resources, name):
            yield from _statement(name, one)
        for arn in resources[f"{name}Role"]["Properties"]["ManagedPolicyArns"]:
            if isinstance(arn, str) and arn.rpartition("/")[2] not in SAM:
                yield f"{name}: AWS's policy {arn.rpartition('/')[2]}, which is not ours to narrow"


def _statement(name: str, one: Mapping[str, Any]) -> Iterator[str]:
    if set(one) - {"Effect", "Action", "Resource", "Condition", "Sid"} or one["Effect"] != "Allow":
        yield f"{name}: a statement that is no list of what it may do"
        return
    for action in listed(one["Action"]):
        if "*" in action and (name, action) not in WILD:
            yield f"{name}: {action}, whatever that comes to"
        if action in {"iam:PassRole", "sts:AssumeRole"}:
            yield f"{name}: {action}, another's rights"
    if any(named(each) in {"*", "arn:*"} for each in listed(one["Resource"])):
        yield f"{name}: {', '.join(listed(one['Action']))} on everything"


def _signing(resources: Resources) -> Iterator[str]:
    """Who signs grants decides what is allowed."""
    signers = sorted(
        name
        for name in of(resources, "Lambda::Function")
        if f"{name}Role" in resources
        and any("kms:Sign" in listed(one.get("Action")) for one in statements(resources, name))
    )
    if len(signers) > 1:
        yield f"{', '.join(signers)}: kms:Sign in more than one role"


def _doors(resources: Resources) -> Iterator[str]:
    """Ways in that are not the API's."""
    for name in of(resources, "Lambda::Url"):
        yield f"{name}: a function's address of its own, past the API"
    for name, one in of(resources, "Lambda::Permission").items():
        if one["Principal"] == "*" or not ("SourceArn" in one or "SourceAccount" in one):
            yield f"{name}: lets in more than one caller"
    for name, resource in resources.items():
        for one in _documents(resource.get("Properties", {})):
            everybody = one.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
            if one.get("Effect") == "Allow" and everybody:
                yield f"{name}: allows everybody"


def _documents(value: Any) -> Iterator[Mapping[str, Any]]:
    """All statements, wherever they stand."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for one in value.values():
            yield from _documents(one)
    elif isinstance(value, list):
        for one in value:
            yield from _documents(one)


def _secrets(resources: Resources) -> Iterator[str]:
    for name, resource in resources.items():
        if SECRET.search(json.dumps(_without_code(resource.get("Properties", {})))):
            yield f"{name}: what looks like a secret"


def _without_code(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Without the digests that SAM writes."""
    return {name: one for name, one in properties.items() if name not in {"Code", "Content"}}
