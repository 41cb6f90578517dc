"""The template as it is written, as it is built and as SAM transforms it passes the linters."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts.permissions.transformed import transformed

SAM = Path(".venv-sam/bin/sam").resolve()
CHECKOV = Path(".venv-checkov/bin/checkov").resolve()
CFN_LINT = Path(".venv-sam/bin/cfn-lint").resolve()
ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", "PATH": "/usr/bin:/bin"}


def run(command):
    done = subprocess.run(
        [str(part) for part in command],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("template", ["template.yaml", ".aws-sam/build/template.yaml"])
def test_the_template_is_valid(template):
    status, said = run([SAM, "validate", "--lint", "--region", "us-east-1", "--template", template])

    assert status == 0, said
    assert "is a valid SAM Template" in said


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "ap-southeast-1"])
def test_what_sam_makes_of_it_is_valid(tmp_path, region):
    template = tmp_path / "transformed.json"
    template.write_text(json.dumps(transformed()), encoding="utf-8")

    status, said = run([CFN_LINT, "--regions", region, "--format", "parseable", "--", template])

    assert (status, said.strip()) == (0, "")


def test_the_linter_finds_what_is_wrong(tmp_path):
    wrong = transformed()
    wrong["Resources"]["Ingest"]["Properties"]["Timeout"] = "soon"
    template = tmp_path / "wrong.json"
    template.write_text(json.dumps(wrong), encoding="utf-8")

    status, said = run([CFN_LINT, "--regions", "us-east-1", "--", template])

    assert status != 0
    assert "E3012" in said


def checked(tmp_path, template):
    """What checkov says, without asking anybody for its newest rules."""
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    options = ("--framework", "cloudformation", "--compact", "--skip-download", "-o", "json")
    status, said = run([CHECKOV, "-f", path, *options])
    return status, json.loads(said[said.index("{") :])


def test_what_sam_makes_of_it_passes_checkov_and_what_is_wrong_does_not(tmp_path):
    wrong = transformed()
    status, found = checked(tmp_path, wrong)
    assert (status, found["summary"]["failed"]) == (0, 0)
    assert found["summary"]["passed"] > 100

    del wrong["Resources"]["Inbox"]["Properties"]["KmsMasterKeyId"]
    status, found = checked(tmp_path, wrong)
    assert status == 1
    assert [one["resource"] for one in found["results"]["failed_checks"]] == [
        "AWS::SQS::Queue.Inbox"
    ]
