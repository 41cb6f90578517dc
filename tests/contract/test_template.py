"""What the whole template promises, checked on what SAM makes of it."""

import re
from pathlib import Path

import pytest

from scripts import template
from switchboard.sdk import manifest
from tests.contract.template import RAW, TRANSFORMED, functions

RESOURCES = TRANSFORMED["Resources"]
QUEUES = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::SQS::Queue"
}
SOURCES = [
    resource["Properties"]
    for resource in RESOURCES.values()
    if resource["Type"] == "AWS::Lambda::EventSourceMapping"
]


def statements():
    """Every statement of every role and managed policy, with who has it."""
    for name, resource in RESOURCES.items():
        properties = resource.get("Properties", {})
        documents = [one["PolicyDocument"] for one in properties.get("Policies", ())]
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            documents.append(properties["PolicyDocument"])
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement


def test_what_follows_from_the_manifests_and_the_alarms_is_current():
    assert template.TEMPLATE.read_text(encoding="utf-8") == template.current()


@pytest.mark.parametrize(
    "path", sorted(template.TOOLS.glob("*/tool.yaml")), ids=lambda path: path.parent.name
)
def test_a_tool_may_move_its_rows_and_read_its_own_secrets_and_nothing_else(path):
    tool = manifest.load(path.parent)
    role = f"{tool.name.capitalize()}ToolRole"
    managed = str(RESOURCES[role]["Properties"]["ManagedPolicyArns"])
    allowed = {one["Action"]: str(one["Resource"]) for name, one in statements() if name == role}

    assert set(re.findall(r"'Ref': '(\w+)'", managed)) == (
        {"UseKey", "RunTool"} | ({"ReadUploads"} if tool.attachments else set())
    )
    assert allowed.pop("ssm:GetParameter").endswith(f"/tools/{tool.name}'}}")
    assert "'Failures'" in allowed.pop("sqs:SendMessage")
    assert not allowed


def test_no_role_has_a_wildcard_action_or_reaches_all_resources():
    for name, statement in statements():
        assert statement["Resource"] != "*", name
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action or (name, action) == ("IngestRole", "sqs:SendMessage*"), name


def test_ingest_can_only_send_to_the_inbox_and_read_its_secrets():
    found = [one for name, one in statements() if name == "IngestRole"]

    assert "Inbox" in str(found)
    assert not any(word in str(found) for word in ("dynamodb", "lambda:", "s3:", "Outbox"))


def test_only_dispatch_fetch_and_sweep_may_start_tools():
    able = {name for name, one in statements() if "lambda:InvokeFunction" in str(one["Action"])}

    assert able == {"DispatchRole", "FetchRole", "SweepRole"}


def test_fetch_can_only_write_uploads_and_start_tools():
    allowed = {}
    for name, one in statements():
        if name == "FetchRole":
            allowed[str(one["Action"])] = str(one["Resource"])

    assert allowed.pop("s3:PutObject").endswith("/uploads/*'}")
    assert allowed.pop("lambda:InvokeFunction").endswith("-tool-*'}")
    assert allowed.pop("ssm:GetParameter").endswith("/deliver'}")
    assert allowed.pop("sqs:SendMessage") == str({"Fn::GetAtt": ["Failures", "Arn"]})
    assert not allowed


def test_tokens_are_shared_by_what_sends_and_what_fetches_alone():
    policies = {
        name: str(resource["Properties"]["ManagedPolicyArns"])
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::IAM::Role"
    }
    writes = {name for name, one in statements() if "ssm:PutParameter" in str(one["Action"])}

    assert {name for name, one in policies.items() if "ShareTokens" in one} == {
        "DeliverRole",
        "FetchRole",
    }
    assert writes == {"ShareTokens"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: str(one["EventSourceArn"]))
def test_a_queue_waits_six_times_as_long_as_its_function(source):
    queue = QUEUES[source["EventSourceArn"]["Fn::GetAtt"][0]]
    function = functions()[source["FunctionName"]["Ref"]]

    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "RedrivePolicy" in queue
    assert source["ScalingConfig"]["MaximumConcurrency"] >= 2


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_is_encrypted_with_our_key(name):
    assert QUEUES[name]["KmsMasterKeyId"] == {"Ref": "Key"}


@pytest.mark.parametrize("name", ["Key", "Logs", "Ledger", "Results"])
def test_what_holds_data_outlives_the_stack(name):
    assert RESOURCES[name]["DeletionPolicy"] == "Retain"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_results_are_versioned_private_encrypted_and_only_over_tls():
    bucket = RESOURCES["Results"]["Properties"]
    (deny,) = RESOURCES["ResultsPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "aws:kms" in str(bucket["BucketEncryption"])
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_function_logs_to_the_group_that_is_kept_for_90_days():
    assert RESOURCES["Logs"]["Properties"]["RetentionInDays"] == 90
    for name, function in functions().items():
        assert function["LoggingConfig"]["LogGroup"] == {"Ref": "Logs"}, name


def test_a_lane_may_pass_through_dispatch_fetch_and_the_tools_as_often_as_it_is_long():
    may = {name for name, one in functions().items() if one.get("RecursiveLoop") == "Allow"}

    assert may == {"Dispatch", "Fetch"} | {name for name in functions() if name.endswith("Tool")}


def test_every_function_is_its_folder_s():
    for name, resource in RAW["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            folder = resource["Properties"]["CodeUri"]
            assert resource["Properties"]["Handler"] == f"{folder.replace('/', '.')}.app.handler"
            assert resource["Metadata"]["BuildProperties"]["ParentPackageMode"] == "auto", name


def test_every_dead_letter_queue_every_age_and_every_function_of_the_flow_has_an_alarm():
    watched = {
        str(dimension["Value"])
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        for dimension in resource["Properties"].get("Dimensions", ())
    }

    for name in ("InboxDead", "HintsDead", "OutboxDead", "Failures", "Inbox", "Hints", "Outbox"):
        assert str({"Fn::GetAtt": [name, "QueueName"]}) in watched
    for name in ("Ingest", "Dispatch", "Fetch", "Deliver", "Sweep", "Console"):
        assert str({"Ref": name}) in watched


def test_no_secret_stands_in_the_environment_of_a_function():
    for name, function in functions().items():
        for variable in function["Environment"]["Variables"]:
            if variable.endswith("_PARAMETER"):
                continue  # says where secrets are
            assert not any(word in variable for word in ("SECRET", "TOKEN", "PASSWORD", "KEY")), (
                name
            )


def test_the_layer_is_built_for_the_template_s_default_machine():
    makefile = Path("layers/common/Makefile").read_text(encoding="utf-8")
    defaults = {name: one["Default"] for name, one in RAW["Parameters"].items()}

    assert f"PYTHON ?= {defaults['PythonRuntime']}" in makefile
    assert f"ARCHITECTURE ?= {defaults['Architecture']}" in makefile
