"""Log lines are JSON, one each, with the ids of their message; those with metrics are metrics."""

import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard import audit, loggers, observe
from switchboard.errors import AppError, UnavailableError
from switchboard.frame.package import Tool
from switchboard.runtime import Runtime
from tests.kit import build
from tests.kit.clock import START

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_a_line_has_its_level_its_message_and_its_facts(lines):
    facts = {"detail": "sqs", "tries": 3, "final": True, "left": None}
    observe.log("hint given", **facts)
    observe.warn("hint failed", op=build.run_id(1))

    assert lines() == [
        {"level": "INFO", "message": "hint given", **facts},
        {"level": "WARNING", "message": "hint failed", "op": str(build.run_id(1))},
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_whatever_is_in_a_fact_it_stays_one_line(lines, text):
    observe.log("told", fact=text)

    assert [line["fact"] for line in lines()] == [text]


def test_an_error_nobody_foresaw_is_told_by_its_type_and_place(lines):
    try:
        json.loads("somebody's words")
    except ValueError as error:
        observe.unforeseen("message returned", error)

    (line,) = lines()
    assert (line["level"], line["detail"]) == ("ERROR", "JSONDecodeError")
    assert line["at"].startswith("json.decoder:")
    assert "words" not in str(line)


def test_every_line_of_a_handler_carries_its_stage_its_request_and_what_is_bound(
    lines, monkeypatch
):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{TRACE};Lineage=a87bd80c:1|68fd508a:5")

    @observe.stage("desk")
    def handler(event, context):
        observe.log("first")
        with observe.scope(run=event):
            observe.bind(op="1", channel="")
            observe.log("second")
        observe.log("third")
        return observe.trace()

    observe.bind(run="outside of a handler")
    answer = handler("r", SimpleNamespace(aws_request_id="q"))
    observe.log("after")

    always = {"level": "INFO", "stage": "desk", "request": "q"}
    always["trace"] = "1-5759e988-bd862e3fe1be46a994272793"
    assert answer == TRACE
    assert lines() == [
        {**always, "message": "first"},
        {**always, "message": "second", "run": "r", "op": "1"},
        {**always, "message": "third"},
        {"level": "INFO", "message": "after"},
    ]


@pytest.mark.parametrize(
    ("error", "level", "told"),
    [
        (ValueError("canary"), "ERROR", "ValueError"),
        (UnavailableError("sqs: OSError"), "WARNING", "sqs: OSError"),
    ],
)
def test_what_a_handler_raises_is_told_in_words_of_ours(lines, error, level, told):
    @observe.stage("desk")
    def handler(event, context):
        observe.bind(run="r")
        raise error

    with pytest.raises(AppError, match=told) as raised:
        handler({}, None)

    (line,) = lines()
    assert (line["level"], line["message"], line["detail"]) == (level, "raised", told)
    assert line["run"] == "r"
    assert "canary" not in str(line) + str(raised.value)
    assert raised.value.__suppress_context__ or raised.value is error


def test_a_metric_has_the_dimensions_of_its_row_from_the_facts_of_its_line(
    lines, clock, monkeypatch
):
    monkeypatch.setenv("STACK", "prod")

    with Runtime(), observe.scope(channel="web"):
        observe.count("pushed", {"push_ms": 12.5}, outcome="sent")

    (line,) = lines()
    directive = {
        "Namespace": "Switchboard",
        "Dimensions": [["Stack", "Channel", "Outcome"]],
        "Metrics": [{"Name": "push_ms", "Unit": "Milliseconds"}],
    }
    assert line.pop("_aws") == {
        "Timestamp": int(START * 1000),
        "CloudWatchMetrics": [directive],
    }
    facts = {"channel": "web", "outcome": "sent", "push_ms": 12.5}
    dimensions = {"Stack": "prod", "Channel": "web", "Outcome": "sent"}
    assert line == {"level": "INFO", "message": "pushed", **facts, **dimensions}


@pytest.mark.parametrize(
    ("values", "level"),
    [({"calls": 2, "dead": 0}, "INFO"), ({"calls": 0, "dead": 1}, "WARNING")],
)
def test_metrics_of_the_same_dimensions_share_a_line_that_warns_of_what_went_wrong(
    lines, values, level
):
    observe.count("swept", values)

    (line,) = lines()
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert [metric["Name"] for metric in directive["Metrics"]] == ["calls", "dead"]
    assert line["level"] == level


def test_a_dimension_that_nobody_knows_does_not_lose_the_metric(lines):
    observe.count("given up", {"given_up": 1})

    assert lines()[0]["Tool"] == "none"  # CloudWatch drops a metric with an empty one


def test_a_block_is_not_traced_when_its_invocation_is_not_sampled_and_its_errors_leave_it():
    # A fresh process: whether the SDK has been imported is the question.
    code = (
        "import sys\n"
        "from switchboard import observe\n"
        "try:\n"
        "    with observe.segment('desk'): raise ZeroDivisionError\n"
        "except ZeroDivisionError: print({'aws_xray_sdk', 'logging'} & set(sys.modules))\n"
    )
    environment = {**os.environ, "_X_AMZN_TRACE_ID": "Root=1-2-3;Parent=4;Sampled=0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"


@pytest.fixture
def hushed(monkeypatch):
    """A process in which libraries' loggers are as Lambda leaves them, then a handler started."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(sys.stdout)])
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    factory = logging.getLogRecordFactory()
    observe.stage("desk")(lambda event, context: None)(None, None)
    yield
    logging.setLogRecordFactory(factory)


def test_a_library_s_words_are_not_logged(lines, hushed):
    try:
        raise ValueError("canary")
    except ValueError:
        logging.getLogger("vendor.api").exception("no %s", "canary")
    logging.getLogger("vendor").warning("canary")

    always = {"message": "library"}
    assert lines() == [
        {**always, "level": "ERROR", "logger": "vendor.api", "detail": "ValueError"},
        {**always, "level": "WARNING", "logger": "vendor", "detail": ""},
    ]


def test_nor_by_a_handler_of_its_own_nor_as_a_warning(capsys, hushed):
    alone = logging.getLogger("vendor.alone")
    alone.propagate = False
    alone.warning("canary")
    alone.addHandler(logging.StreamHandler(sys.stdout))
    alone.error("canary %s", "canary", exc_info=ValueError("canary"))
    alone.handlers.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("canary", stacklevel=1)

    written = capsys.readouterr()
    assert written.out.count("\n") == 3
    assert "py.warnings" in written.out
    assert "canary" not in written.out + written.err


def test_nor_by_a_thread_or_a_finalizer_that_fails(capsys, monkeypatch):
    class Broken:
        def __del__(self):
            raise KeyError("canary")

    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    written = []
    loggers.hush(lambda *line: written.append(line))
    thread = threading.Thread(target=int, args=["canary"])
    thread.start()
    thread.join()
    Broken()

    assert written == [("ERROR", "thread", "ValueError"), ("ERROR", "garbage", "KeyError")]
    assert capsys.readouterr() == ("", "")


def test_a_vendor_s_library_is_hushed_before_it_is_imported(hushed):
    (handler,) = logging.getLogger().handlers
    loggers.hush(print)
    assert logging.getLogger().handlers == [handler]  # once is enough

    logging.getLogger().handlers.clear()
    assert Tool("desk", "tests.desk.adapter:DeskAdapter").adapter
    assert [type(one) for one in logging.getLogger().handlers] == [type(handler)]


def test_a_record_is_repeated_without_arguments_and_a_denial_is_a_metric_by_its_reason(lines):
    command = build.command("notes.add", {"text": "hunter2"})

    audit.mirror(audit.intent(command, START))
    audit.mirror(audit.denied(build.envelope("hunter2"), "ada", "not_allowed", START))

    line, denial = lines()
    assert (line["message"], line["phase"], line["operation"]) == ("audit", "intent", "notes.add")
    assert (line["op"], line["actor"]) == (str(command.id), "ada")
    assert len(line["arguments_sha256"]) == 64
    assert (denial["denials"], denial["Outcome"], denial["level"]) == (1, "not_allowed", "INFO")
    assert "hunter2" not in f"{line}{denial}"


def test_records_tell_other_arguments_apart_and_the_same_ones_not():
    def digest(arguments):
        return audit.intent(build.command("notes.add", arguments), START).arguments_sha256

    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
