"""`switchboard lint permissions`: it finds nothing here, and what is wrong in a template."""

from copy import deepcopy

import msgspec
import pytest

from cli.line import main
from scripts.permissions import stack, tools, transformed
from scripts.permissions.rights import manifests
from tests.contract.template import TRANSFORMED

ARN = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${AWS::StackName}/"
LEDGER, KEY = {"Fn::GetAtt": ["Ledger", "Arn"]}, {"Fn::GetAtt": ["Key", "Arn"]}
LEADING = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["run#*"]}}


def grant(name, action, resource, **more):
    """Another statement in the role of a function."""

    def change(found):
        statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
        policies = found[f"{name}Role"]["Properties"]["Policies"]
        policies.append({"PolicyDocument": {"Statement": [statement]}})

    return change


def put(name, key, value, *path):
    """Another value of a property; `path` leads to what it is a property of."""

    def change(found):
        place = found[name]["Properties"]
        for one in path:
            place = place[one]
        place[key] = value

    return change


def drop(name, key):
    return lambda found: found[name]["Properties"].pop(key)


def policy_of(found):
    return found["ResultsPolicy"]["Properties"]["PolicyDocument"]["Statement"]


def without(action, policy="RunTool"):
    """A policy without its statements of an action."""

    def change(found):
        document = found[policy]["Properties"]["PolicyDocument"]
        kept = [one for one in document["Statement"] if one["Action"] != action]
        assert len(kept) < len(document["Statement"])
        document["Statement"] = kept

    return change


def add(name, kind, **properties):
    return lambda found: found.update({name: {"Type": f"AWS::{kind}", "Properties": properties}})


def managed(name, arn):
    return lambda found: found[f"{name}Role"]["Properties"]["ManagedPolicyArns"].append(arn)


def both(*changes):
    return lambda found: [one(found) for one in changes]


def variable(name, key, value):
    return put(name, key, value, "Environment", "Variables")


FAULTS = {
    "another tool's secrets": grant("GithubTool", "ssm:GetParameter", {"Fn::Sub": f"{ARN}tools/calendar"}),
    "all secrets": grant("GithubTool", "ssm:GetParameter", {"Fn::Sub": f"{ARN}*"}),
    "any row": grant("CalendarTool", "dynamodb:PutItem", LEDGER),
    "people's rows": grant(
        "CalendarTool", "dynamodb:PutItem", LEDGER,
        Condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["sender#*"]}},
    ),
    "deletes rows": grant("DocumentTool", "dynamodb:DeleteItem", LEDGER, Condition=LEADING),
    "reads uploads": managed("GithubTool", {"Ref": "ReadUploads"}),
    "sends to the inbox": grant("GithubTool", "sqs:SendMessage", {"Fn::GetAtt": ["Inbox", "Arn"]}),
    "starts tools": grant("GithubTool", "lambda:InvokeFunction", {"Fn::Sub": "${AWS::StackName}-tool-*"}),
    "signs": grant("GithubTool", "kms:Sign", KEY),
    "signs twice": both(grant("Fetch", "kms:Sign", KEY), grant("Sweep", "kms:Sign", KEY)),
    "opens factors": grant("GithubTool", "kms:Decrypt", KEY),
    "passes roles": grant("Sweep", "iam:PassRole", {"Fn::GetAtt": ["SweepRole", "Arn"]}),
    "all actions": grant("Deliver", "s3:*", {"Fn::GetAtt": ["Results", "Arn"]}),
    "on everything": grant("Fetch", "s3:PutObject", "*"),
    "whatever is not": grant("Fetch", "s3:PutObject", "x", NotAction="s3:GetObject"),
    "an administrator": managed("Dispatch", "arn:aws:iam::aws:policy/AdministratorAccess"),
    "a tool with AWS's policy": managed("GithubTool", "arn:aws:iam::aws:policy/AmazonS3FullAccess"),
    "keeps no results": without("s3:PutObject"),
    "reads no uploads": without("s3:GetObject", "ReadUploads"),
    "cannot see a stop": without("dynamodb:ConditionCheckItem"),
    "longer": put("GithubTool", "Timeout", 900),
    "more memory": put("GithubTool", "MemorySize", 512),
    "fewer at a time": put("GithubTool", "ReservedConcurrentExecutions", 1),
    "another's handler": put("GithubTool", "Handler", "functions.tools.calendar.app.handler"),
    "another name": put("GithubTool", "FunctionName", "x"),
    "without a layer": put("DocumentTool", "Layers", []),
    "other secrets": variable("GithubTool", "TOOL_PARAMETER", {"Fn::Sub": "/${AWS::StackName}/deliver"}),
    "a tool of nobody": lambda found: found.update(StrayTool=found["GithubTool"]),
    "a tool without a function": lambda found: found.pop("GithubTool"),
    "anybody's role": put("GithubToolRole", "AssumeRolePolicyDocument", {"Statement": [{"Principal": "*"}]}),
    "a shared role": lambda found: found.pop("SweepRole"),
    "hides too briefly": put("Inbox", "VisibilityTimeout", 60),
    "no dead letters": drop("Outbox", "RedrivePolicy"),
    "whole batches again": drop("DispatchInbox", "FunctionResponseTypes"),
    "no limit": drop("DispatchHints", "ScalingConfig"),
    "nobody looks at dead letters": lambda found: found.pop("HintsDeadAlarm"),
    "an alarm that rings nowhere": drop("FailuresAlarm", "AlarmActions"),
    "a plain queue": drop("Failures", "KmsMasterKeyId"),
    "AWS's key": put("Alarms", "KmsMasterKeyId", "alias/aws/sns"),
    "a plain table": drop("Ledger", "SSESpecification"),
    "plain logs": drop("Logs", "KmsKeyId"),
    "logs for ever": drop("Logs", "RetentionInDays"),
    "logs elsewhere": drop("Sweep", "LoggingConfig"),
    "a table that goes": lambda found: found["Ledger"].pop("DeletionPolicy"),
    "a bucket without TLS": lambda found: found.pop("ResultsPolicy"),
    "a bucket with TLS 1.1": lambda found: policy_of(found).pop(1),
    "a public bucket": drop("Results", "PublicAccessBlockConfiguration"),
    "no versions": drop("Results", "VersioningConfiguration"),
    "past the API": add("Door", "Lambda::Url", AuthType="NONE"),
    "called by anybody": put("IngestPermission", "Principal", "*"),
    "called by any API": drop("IngestPermission", "SourceArn"),
    "everybody's queue": add(
        "Open", "SQS::QueuePolicy",
        PolicyDocument={"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*"}},
    ),
    "a key of AWS": variable("Sweep", "ID", "AKIAIOSFODNN7EXAMPLE"),
    "a secret of AWS": variable("Sweep", "ID", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    "a token of Slack": variable("Sweep", "ID", "xoxb-1-2-3"),
    "a random string": variable("Sweep", "ID", "0123456789abcdef" * 2),
    "a key": put("Sweep", "Description", "-----BEGIN PRIVATE KEY-----"),
    "a variable for a secret": variable("Sweep", "API_TOKEN", {"Ref": "Whatever"}),
}  # fmt: skip
MANIFEST = {
    "more time": {"timeout": 31},
    "more memory": {"memory": 257},
    "attachments": {"attachments": True},
    "a layer": {"layers": ("document",)},
    "no connection": {"hosts": ("api.github.com",)},
    "any host": {"hosts": ("connection", "*.github.com")},
    "an address": {"hosts": ("connection", "https://api.github.com")},
    "another name": {"name": "gitlab"},
}


def findings(found):
    return [*tools.findings(found), *stack.findings(found)]


def test_the_template_says_what_the_manifests_say():
    assert findings(TRANSFORMED["Resources"]) == []
    assert len(FAULTS) >= 30


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_template_is_a_line(fault):
    found = deepcopy(TRANSFORMED["Resources"])
    FAULTS[fault](found)

    assert findings(found)
    assert all("\n" not in line for line in findings(found))


@pytest.mark.parametrize("fault", MANIFEST)
def test_a_manifest_that_asks_for_something_else_is_a_line(fault, monkeypatch):
    asked = manifests()
    asked["GithubTool"] = msgspec.structs.replace(asked["GithubTool"], **MANIFEST[fault])
    monkeypatch.setattr(tools, "manifests", lambda: asked)

    assert findings(TRANSFORMED["Resources"])


@pytest.mark.parametrize("fault", [None, "more memory", "a secret of AWS"])
def test_the_command_says_each_finding_in_a_line_and_never_a_secret(fault, monkeypatch, capsys):
    found = deepcopy(TRANSFORMED)
    if fault:
        FAULTS[fault](found["Resources"])
    monkeypatch.setattr(transformed, "transformed", lambda: found)

    assert main(["lint", "permissions"]) == bool(fault)

    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert "EXAMPLEKEY" not in said[0]
