"""Every metric is named once, is emitted, and is what the alarm on it says."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from switchboard import metrics
from switchboard.metrics import METRICS
from switchboard.observe import NAMESPACE
from tests.contract.template import TRANSFORMED, functions
from tests.kit.sources import nodes

SOURCES = [*Path("functions").rglob("*.py"), *Path("layers/common/switchboard").rglob("*.py")]
STACK = {"Ref": "AWS::StackName"}
ALARMS = {
    name: resource["Properties"]
    for name, resource in TRANSFORMED["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
OURS = [name for name, alarm in ALARMS.items() if alarm["Namespace"] == NAMESPACE]


def emitted():
    """The names in every `observe.count(message, {name: …})`; anything else there fails."""
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and _is_count(node.func):
                yield from (ast.literal_eval(key) for key in node.args[1].keys)


def _is_count(node):
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "observe.count"


def test_every_metric_is_emitted_and_every_emitted_one_is_named():
    assert set(emitted()) == set(METRICS) == set(get_args(metrics.Name))


def test_every_class_has_metrics():
    assert {metric.kind for metric in METRICS.values()} == set(get_args(metrics.Kind))


@pytest.mark.parametrize("name", OURS)
def test_an_alarm_watches_a_metric_of_this_stack_and_no_other(name):
    alarm = ALARMS[name]

    assert METRICS[alarm["MetricName"]].dimensions == ()
    assert alarm["Dimensions"] == [{"Name": "Stack", "Value": STACK}]


def test_what_was_given_up_or_missed_rings():
    assert {ALARMS[name]["MetricName"] for name in OURS} >= {
        "dead",
        "ended",
        "failures",
        "missed_seconds",
        "unforeseen",
        "unreadable",
    }


def test_every_function_knows_its_stack():
    assert all(one["Environment"]["Variables"]["STACK"] == STACK for one in functions().values())
