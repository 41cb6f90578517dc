"""Log lines are JSON, one each, and those with counts are CloudWatch metrics."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard import audit, observe
from tests.kit import build
from tests.kit.clock import START


@pytest.fixture
def lines(capsys):
    def read():
        return [json.loads(line) for line in capsys.readouterr().out.split("\n")[:-1]]

    return read


def test_a_line_has_its_message_and_its_facts(lines):
    observe.log("hint failed", detail="sqs", tries=3, final=True, left=None)

    assert lines() == [
        {"message": "hint failed", "detail": "sqs", "tries": 3, "final": True, "left": None}
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_whatever_is_in_a_fact_it_stays_one_line(lines, text):
    observe.log("told", fact=text)

    assert [line["fact"] for line in lines()] == [text]


@pytest.mark.parametrize(("dimension", "expected"), [("web", [["dimension"]]), ("", [[]])])
def test_a_count_is_a_metric(lines, clock, dimension, expected):
    observe.count("pushed", units="Milliseconds", dimension=dimension, took=12.5)

    (line,) = lines()
    assert (line["message"], line["took"], line["dimension"]) == ("pushed", 12.5, dimension)
    assert line["_aws"]["Timestamp"] == int(START * 1000)
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Switchboard"
    assert metrics["Dimensions"] == expected
    assert metrics["Metrics"] == [{"Name": "took", "Unit": "Milliseconds"}]


def test_several_counts_share_a_line(lines):
    observe.count("swept", calls=2, answers=0)

    (line,) = lines()
    names = [metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]]
    assert names == ["calls", "answers"]


def test_a_block_is_not_traced_when_its_invocation_is_not_sampled():
    # A fresh process: whether the SDK has been imported is the question.
    code = (
        "import sys\n"
        "from switchboard import observe\n"
        "with observe.segment('desk'): pass\n"
        "print('aws_xray_sdk' in sys.modules)\n"
    )
    environment = {**os.environ, "_X_AMZN_TRACE_ID": "Root=1-2-3;Parent=4;Sampled=0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_an_error_leaves_a_block_that_is_not_traced():
    with pytest.raises(ZeroDivisionError), observe.segment("desk"):
        raise ZeroDivisionError


def test_a_record_is_repeated_without_arguments(lines):
    command = build.command("notes.add", {"text": "hunter2"})

    audit.mirror(audit.intent(command, START))

    (line,) = lines()
    assert (line["message"], line["phase"], line["operation"]) == ("audit", "intent", "notes.add")
    assert (line["op_id"], line["actor"]) == (str(command.id), "ada")
    assert len(line["arguments_sha256"]) == 64
    assert "hunter2" not in str(line)


def test_records_tell_other_arguments_apart_and_the_same_ones_not():
    def digest(arguments):
        return audit.intent(build.command("notes.add", arguments), START).arguments_sha256

    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
