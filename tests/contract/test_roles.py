"""Least power: what each function may do to queues, rows, objects and secrets, and no more."""

import json
import re
import subprocess
from itertools import product

import pytest

from scripts.permissions import rights
from scripts.permissions.transformed import SAM_PYTHON
from switchboard.sdk import manifest
from tests.contract.template import RAW, TRANSFORMED, functions
from tests.kit import roles
from tests.kit.hops import tools
from tests.kit.template import functions as written

RESOURCES = TRANSFORMED["Resources"]
LEDGER, KEY = "${Ledger.Arn}", "${Key.Arn}"
CHECKS_CODES = {"Approve", "Signin"}
"""Who may open factors, beside the operator, who has a role of their own."""
EVERY = [*written()]
SENDS = {"Ingest": {"Inbox", "Approvals"}, "Dispatch": {"Outbox"}, "Approve": {"Outbox"}}
SENDS |= {"Sweep": {"Hints", "Outbox"}}
SENDS |= {name: {"Hints", "Outbox"} for name in tools()}
RECEIVES = {
    "Dispatch": {"Inbox", "Hints"},
    "Approve": {"Approvals"},
    "Deliver": {"Outbox"},
    "Sweep": {"InboxDead", "HintsDead", "OutboxDead", "Failures"},
}
ROWS = {
    "Dispatch": {
        "GetItem": "ref run sender subscriptions tries usage",
        "PutItem": "audit dead mailbox run ticket",
        "UpdateItem": "lane run stop stranger subscriptions tries usage",
        "DeleteItem": "connected credential",
        "Query": "connected people",
        "ConditionCheckItem": "connected sender",
    },
    "Approve": {
        "GetItem": "code factor question run sender tries",
        "Query": "connected people question",
        "PutItem": "audit code forgotten mailbox people run ticket",
        "UpdateItem": "factor lane question sender stranger tries",
        "DeleteItem": "code connected credential factor password people",
        "ConditionCheckItem": "sender",
    },
    "Fetch": {"UpdateItem": "lease"},
    "Deliver": {
        "GetItem": "question",
        "PutItem": "held mailbox",
        "UpdateItem": "broken lease run",
        "Query": "held",
        "DeleteItem": "held",
    },
    "Sweep": {
        "GetItem": "lane",
        "PutItem": "audit dead mailbox ref run",
        "UpdateItem": "clock lane question run",
    },
    "Connect": {
        "GetItem": "ticket",
        "PutItem": "audit connected credential ticket",
        "DeleteItem": "ticket",
        "ConditionCheckItem": "sender",
    },
    "Console": {"GetItem": "lane run sender stop", "Query": "connected mailbox"},
    "Signin": {
        "GetItem": "factor oidc password sender session ticket",
        "PutItem": "password people session",
        "UpdateItem": "attempts factor sender session",
        "DeleteItem": "session ticket",
        "Query": "people",
    },
}
ROWS |= {name: dict(rights.ROWS) for name in tools()}
for _name, _tool in rights.manifests().items():  # what people have given it is read, and renewed
    for _action in ["GetItem"] * bool(_tool.secrets) + ["UpdateItem"] * bool(_tool.oauth):
        ROWS[_name][_action] += " credential"
"""By function and action, the kinds of rows as the partition keys of ledger/table.py begin."""
KINDS = {word for kinds in ROWS.values() for words in kinds.values() for word in words.split()}
ACTIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query")
OBJECTS = {
    "Fetch": {("PutObject", "uploads/*")},
    "Deliver": {("GetObject", "results/*"), ("PutObject", "results/*/answer.md")},
    "Console": {("GetObject", "results/*"), ("PutObject", "uploads/web/main/*")},
}
OBJECTS |= {name: {("PutObject", "results/*")} for name in tools()}
for tool in (manifest.load(path.parent) for path in roles.MANIFESTS):
    reached = OBJECTS[f"{tool.name.capitalize()}Tool"]
    reached |= {("GetObject", "uploads/*")} if tool.attachments else set()
    own = f"undo/{tool.name}/*"
    reached |= {("GetObject", own), ("PutObject", own)} if tool.undoes else set()
STARTS = {name: {"fetch", "tool-*"} for name in ("Approve", "Dispatch", "Sweep")}
STARTS |= {"Fetch": {"tool-*"}}


def allowed(function, service):
    """Every action of a service that a function may do, with each resource, and its condition."""
    for one in roles.statements(function):
        for action, resource in product(roles.listed(one["Action"]), roles.named(one["Resource"])):
            if action.startswith(f"{service}:"):
                yield action.partition(":")[2], resource, roles.leading_keys(one)


@pytest.mark.parametrize("name", EVERY)
def test_a_function_sends_and_receives_where_it_must_and_nowhere_else(name):
    found = {(action, queue[2:-5]) for action, queue, _ in allowed(name, "sqs")}

    # AWS asks for SendMessage, the local AWS for SendMessageBatch
    assert {queue for action, queue in found if "Send" in action} == SENDS.get(name, set())
    assert {queue for action, queue in found if "Send" not in action} == RECEIVES.get(name, set())
    assert all(action in {"SendMessage", "SendMessage*"} for action, _ in found if "Send" in action)


@pytest.mark.parametrize("name", EVERY)
def test_a_function_reaches_rows_of_the_kinds_that_it_must_and_no_others(name):
    found = {}
    for action, resource, keys in allowed(name, "dynamodb"):
        if (action, resource) == ("Query", f"{LEDGER}/index/due"):
            assert name == "Sweep"
            continue
        assert resource == LEDGER
        assert keys
        found.setdefault(action, set()).update(re.match(r"\w+", key)[0] for key in keys)

    told = {action: set(kinds.split()) for action, kinds in ROWS.get(name, {}).items()}
    assert found == told


@pytest.mark.parametrize("name", EVERY)
def test_only_who_checks_codes_opens_what_shows_that_it_is_a_person(name):
    told = {purpose: roles.may(name, "kms:Decrypt", KEY, "", purpose) for purpose in ("", "factor")}

    assert told == {"": True, "factor": name in CHECKS_CODES}
    for action in ACTIONS if name not in CHECKS_CODES else ():
        assert not roles.may(name, f"dynamodb:{action}", LEDGER, "factor#x")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("tool", ["calendar", "github"])
def test_what_a_person_gives_a_tool_is_opened_by_that_tool_alone(name, tool):
    own, purpose = name == f"{tool.capitalize()}Tool", f"credential/{tool}"
    told = {
        action: roles.may(name, f"dynamodb:{action}", LEDGER, f"credential#{tool}")
        for action in ACTIONS
    }

    assert roles.may(name, "kms:Decrypt", KEY, "", purpose) is own
    writes = {"UpdateItem": own and tool == "github", "PutItem": name == "Connect"}
    writes |= {"DeleteItem": name in {"Approve", "Dispatch"}}
    assert told == dict.fromkeys(ACTIONS, False) | writes | {"GetItem": own}


@pytest.mark.parametrize("name", EVERY)
def test_a_function_reaches_objects_by_their_prefixes(name):
    found = [(action, resource) for action, resource, _ in allowed(name, "s3")]

    told = OBJECTS.get(name, set())
    assert sorted(found) == sorted((action, f"${{Results.Arn}}/{one}") for action, one in told)


@pytest.mark.parametrize("name", EVERY)
def test_a_function_starts_tools_only_if_it_must(name):
    found = {resource.partition("}-")[2] for _, resource, _ in allowed(name, "lambda")}

    assert found == STARTS.get(name, set())


@pytest.mark.parametrize("name", EVERY)
def test_a_function_reads_the_secrets_that_it_is_told_of_and_no_others(name):
    told = written()[name].get("Environment", {"Variables": {}})["Variables"]
    paths = {one["Fn::Sub"] for key, one in told.items() if key.endswith("_PARAMETER")}
    prefixes = {one for one in paths if one.endswith("/")}
    tokens = {one for one in prefixes if one.endswith("/tokens/")}
    found = {(action, path.removeprefix("parameter:")) for action, path, _ in allowed(name, "ssm")}

    assert {path for action, path in found if action == "GetParameter"} == {
        path.removeprefix("/") + "*" * (path in prefixes) for path in paths
    }
    assert {path for action, path in found if action != "GetParameter"} == {
        f"{path.removeprefix('/')}*" for path in tokens
    }


def test_what_verifies_webhooks_is_read_by_ingest_alone_and_what_sends_by_what_sends():
    parameters = [(name, path) for name in EVERY for _, path, _ in allowed(name, "ssm")]
    readers = {path.partition("}/")[2]: set() for _, path in parameters}
    for name, path in parameters:
        readers[path.partition("}/")[2]].add(name)

    assert readers.pop("ingest") == {"Ingest"}
    assert readers.pop("console") == {"Console", "Signin"}
    assert readers.pop("deliver") == readers.pop("tokens/*") == {"Deliver", "Fetch"}
    assert readers.pop("oauth/*") == {"Connect"}
    assert readers.pop("signin") == {"Signin"}
    assert readers == {
        f"{kind}/{one.name}": {name}
        for name, one in rights.manifests().items()
        for kind in ("tools", *(["oauth"] if one.oauth else []))
    }


def test_sam_adds_nothing_but_logs_traces_and_the_way_of_calls_that_were_given_up():
    added = {"AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess"}
    for name in functions():
        role = RESOURCES[f"{name}Role"]["Properties"]
        documents = [one["PolicyDocument"] for one in role.get("Policies", ())]
        found = sum(len(one["Statement"]) for one in documents)
        shared = [one for one in written()[name]["Policies"] if "Ref" in one]
        ours = sum(len(one.get("Statement", ())) for one in written()[name]["Policies"])
        managed = [one for one in role["ManagedPolicyArns"] if isinstance(one, str)]

        assert {one.rpartition("/")[2] for one in managed} == added
        assert [one for one in role["ManagedPolicyArns"] if one not in managed] == shared
        assert found == ours + ("EventInvokeConfig" in written()[name])


def test_every_statement_allows_named_actions_on_named_resources():
    for name in EVERY:
        for one in roles.statements(name):
            assert set(one) <= {"Effect", "Action", "Resource", "Condition"}
            assert "*" not in roles.named(one["Resource"])
            wild = [action for action in roles.listed(one["Action"]) if "*" in action]
            assert wild == ["sqs:SendMessage*"] * (name == "Ingest" and bool(wild))


JUDGE = """
import json, sys
from ministack.core.iam_actions import dynamodb_service_context
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

roles, asked = json.load(sys.stdin)
parsed = {name: [parse_policy_document(one)] for name, one in roles.items()}
told = [
    evaluate(
        EvalContext("", "AssumedRole", "", f"dynamodb:{action}", "${Ledger.Arn}", "",
                    service_context={"dynamodb:leadingkeys": [f"{kind}#x"]}),
        parsed[role],
    ).decision == "Allow"
    for role, action, kind in asked
]
body = json.dumps({"TableName": "t", "Key": {"pk": {"S": "sender#x"}, "sk": {"S": "sender"}}})
json.dump([told, sorted(dynamodb_service_context(body.encode()))], sys.stdout)
"""


def test_another_evaluator_says_the_same_and_the_local_aws_would_not():
    """The local AWS knows the condition, but never tells it of leading keys: so it allows all."""
    asked = list(product(EVERY, ACTIONS, sorted(KINDS)))
    documents = {
        name: {"Statement": [{**one, "Resource": roles.named(one["Resource"])} for one in found]}
        for name, found in ((name, roles.statements(name)) for name in EVERY)
    }
    done = subprocess.run(
        [SAM_PYTHON, "-c", JUDGE],
        input=json.dumps([documents, asked]),
        capture_output=True,
        text=True,
        check=True,
    )

    told, context = json.loads(done.stdout)
    ours = [
        roles.may(role, f"dynamodb:{action}", LEDGER, f"{kind}#x") for role, action, kind in asked
    ]
    assert dict(zip(asked, told, strict=True)) == dict(zip(asked, ours, strict=True))
    assert sum(ours) > len(EVERY)
    assert "dynamodb:LeadingKeys" not in context


def test_the_key_is_cloudwatch_s_for_our_log_group_and_for_topics_of_this_account():
    """Source: CloudWatch Logs User Guide, "Encrypt log data"; SNS's encryption context."""
    _, logs, alarms = RAW["Resources"]["Key"]["Properties"]["KeyPolicy"]["Statement"]
    group = RAW["Resources"]["Logs"]["Properties"]["LogGroupName"]["Fn::Sub"]

    ((key, arn),) = logs["Condition"].pop("ArnEquals").items()
    assert key == "kms:EncryptionContext:aws:logs:arn"
    assert arn["Fn::Sub"].endswith(f":logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group}")
    ((key, arn),) = alarms["Condition"].pop("ArnLike").items()
    assert key == "kms:EncryptionContext:aws:sns:topicArn"
    assert "${AWS::AccountId}" in arn["Fn::Sub"]
    assert logs["Condition"] == alarms["Condition"] == {}
