"""What the whole template promises, checked on what SAM makes of it."""

from pathlib import Path

from scripts import template
from tests.contract.template import RAW, TRANSFORMED, functions

RESOURCES = TRANSFORMED["Resources"]


def test_what_follows_from_the_manifests_and_the_alarms_is_current():
    stale = template.TEMPLATE.read_text(encoding="utf-8") != template.current()

    assert not stale, "template.yaml is not what follows from them: run `make template`"


def test_results_are_versioned_private_encrypted_and_only_over_tls():
    bucket = RESOURCES["Results"]["Properties"]
    policy = RESOURCES["ResultsPolicy"]["Properties"]["PolicyDocument"]
    deny, old, once = policy["Statement"]

    assert bucket["VersioningConfiguration"]["Status"] == "Enabled"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "aws:kms" in str(bucket["BucketEncryption"])
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert old["Effect"] == "Deny"
    assert old["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    assert (once["Effect"], once["Action"]) == ("Deny", "s3:PutObject")
    assert once["Condition"]["Null"] == {"s3:if-none-match": "true"}


def test_the_key_s_material_is_renewed_as_often_as_kms_does_it():
    """Source: KMS API Reference, EnableKeyRotation: RotationPeriodInDays is 90 to 2,560."""
    key = RESOURCES["Key"]["Properties"]

    assert (key["EnableKeyRotation"], key["RotationPeriodInDays"]) == (True, 90)


def test_a_lane_may_pass_through_dispatch_fetch_and_the_tools_as_often_as_it_is_long():
    may = {name for name, one in functions().items() if one.get("RecursiveLoop") == "Allow"}

    assert may == {"Dispatch", "Fetch"} | {name for name in functions() if name.endswith("Tool")}


def test_every_function_is_its_folder_s():
    for name, resource in RAW["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            folder = resource["Properties"]["CodeUri"]
            assert resource["Properties"]["Handler"] == f"{folder.replace('/', '.')}.app.handler"
            assert resource["Metadata"]["BuildProperties"]["ParentPackageMode"] == "auto", name


def test_what_checkov_asks_of_a_function_is_answered_with_a_reason():
    for name, resource in RAW["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            skipped = {one["id"]: one["comment"] for one in resource["Metadata"]["checkov"]["skip"]}
            assert skipped.keys() == {f"CKV_AWS_{number}" for number in (115, 116, 117)}, name
            assert all(skipped.values()), name


def test_every_dead_letter_queue_every_age_and_every_function_of_the_flow_has_an_alarm():
    watched = {
        str(dimension["Value"])
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        for dimension in resource["Properties"].get("Dimensions", ())
    }

    for name in (
        "InboxDead",
        "HintsDead",
        "OutboxDead",
        "Failures",
        "Inbox",
        "Hints",
        "Approvals",
        "Outbox",
    ):
        assert str({"Fn::GetAtt": [name, "QueueName"]}) in watched
    for name in ("Ingest", "Dispatch", "Approve", "Fetch", "Deliver", "Sweep", "Console", "Signin"):
        assert str({"Ref": name}) in watched


def test_the_layer_is_built_for_the_template_s_default_machine():
    makefile = Path("layers/common/Makefile").read_text(encoding="utf-8")
    defaults = {name: one["Default"] for name, one in RAW["Parameters"].items()}

    assert f"LAYER_PYTHON ?= {defaults['PythonRuntime']}" in makefile
    assert f"LAYER_ARCHITECTURE ?= {defaults['Architecture']}" in makefile
