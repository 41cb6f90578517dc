"""Every line that a message leaves behind names it, whatever function writes the line."""

import pytest

from functions.dispatch import app as dispatch
from tests.kit import build, pager
from tests.kit.flow_driver import Flow
from tests.kit.ports import refused
from tests.kit.queues import event_of

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
WAY = {"ingest", "dispatch", "fetch", "tool", "deliver"}


@pytest.fixture
def flow():
    """A chat with files beside the page; nothing is logged yet."""
    with pager.connected(), Flow().running() as made:
        made.pair("ada", channel="pager")
        made.chat.files[pager.FILES + "minutes.txt"] = ("text/plain", b"canary")
        yield made


def page(flow, number):
    files = {"minutes.txt": "text/plain"}
    flow.webhook(pager.page("/desk files.read", number=number, files=files))


def test_a_run_id_finds_every_line_of_every_function_and_what_each_step_came_to(flow, lines):
    page(flow, 1)
    page(flow, 2)
    flow.pump()

    found = lines()
    runs = {line["run"] for line in found}
    assert len(runs) == 2
    for run in runs:
        assert {line["stage"] for line in found if line["run"] == run} == WAY
    assert all(line["level"] == "INFO" and line["channel"] == "pager" for line in found[:2])
    assert all(line["op"] for line in found if line["stage"] in {"fetch", "tool"})
    assert all(line["tool"] == "desk" for line in found if line["stage"] in {"fetch", "tool"})
    assert "canary" not in str(found)
    told = {line["message"]: line for line in found}
    dispatched, call, pushed = (told[name] for name in ("dispatched", "call", "pushed"))
    assert (dispatched["Channel"], dispatched["Outcome"]) == ("pager", "planned")
    assert (call["Tool"], call["Operation"], call["Outcome"]) == ("desk", "files.read", "DONE")
    assert (pushed["Stage"], pushed["Channel"]) == ("deliver", "pager")
    assert pushed["Outcome"] == "sent"
    assert min(dispatched["queue_ms"], pushed["queue_ms"]) > 0


@pytest.mark.parametrize(
    ("text", "sender", "outcome"),
    [
        ("/desk notes.list", "ada", "planned"),
        ("/help", "ada", "answered"),
        ("/desk notes.dig", "ada", "bad_request"),
        ("/desk notes.list", "eve", "unknown_sender"),
    ],
)
def test_what_a_message_came_to_is_told_once_and_its_second_copy_is_one(
    flow, lines, text, sender, outcome
):
    flow.say(text, sender=sender)
    first, second = flow.aws.inbox.messages
    for message in (first, second):
        dispatch.handler(event_of([message]), None)

    told = [line["Outcome"] for line in lines() if line["message"] == "dispatched"]
    assert told == [outcome, "copy"]


def test_an_event_that_nobody_subscribed_to_is_ignored(flow, lines):
    body = build.encoded(build.event())
    flow.aws.inbox.send(body, "g", "once")
    dispatch.handler(event_of(flow.aws.inbox.receive()), None)

    assert [line["Outcome"] for line in lines()] == ["ignored"]


def test_the_trace_of_a_webhook_goes_with_all_that_is_done_about_it(flow, lines, monkeypatch):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"{TRACE};Lineage=a87bd80c:1")
    page(flow, 1)
    assert [one.trace for one in flow.aws.inbox.messages] == [TRACE, TRACE]
    flow.aws.inbox.messages[0].trace = ""  # as of one that an operator redrives
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-another")
    flow.plan()
    assert [one.trace for one in flow.aws.invocations] == [TRACE]
    flow.pump()

    assert {line["trace"] for line in lines()} == {"1-5759e988-bd862e3fe1be46a994272793"}


def test_a_message_that_fails_is_named_too(flow, lines):
    flow.ports.fail("dynamodb.TransactWriteItems", refused("AccessDeniedException"), times=1)
    page(flow, 1)
    flow.pump()

    (line,) = [line for line in lines() if line["message"] == "message returned"]
    assert (line["level"], line["channel"]) == ("WARNING", "pager")
    assert line["run"]


def test_a_dead_letter_is_named_whatever_queue_it_was_in(flow, lines):
    command = build.command("notes.list")
    failure = build.encoded({"requestPayload": command})
    for queue, body in (
        (flow.aws.inbox_dead, build.encoded(build.envelope(number=1))),
        (flow.aws.outbox_dead, build.encoded(build.hint(build.run_id(2)))),
        (flow.aws.failures, failure),
        (flow.aws.failures, "nobody can read it"),
    ):
        queue.send(body, *(("g", "d") if queue.fifo else ()))
    flow.sweep()

    dead = [line for line in lines() if line["message"] == "dead letter"]
    runs = [build.run_id(1), build.run_id(2), command.params.meta.run]
    assert [line.get("run") for line in dead] == [*map(str, runs), None]
