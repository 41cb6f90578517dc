"""The Inbox out: what is committed, what is hinted, and what comes back."""

import pytest
from msgspec import structs

from functions.dispatch import app as dispatch
from switchboard import config
from switchboard.ledger import ops
from switchboard.ledger.states import OpState
from switchboard.models import Sender, encode
from switchboard.runtime import current
from tests.kit import build
from tests.kit.queues import event_of
from tests.kit.stories import in_lane, started


@pytest.fixture
def send(flow):
    """Put values into the Inbox, one group each lane, and hand one batch over."""

    def give(*values, into="inbox"):
        queue = getattr(flow.aws, into)
        for number, value in enumerate(values):
            lane = getattr(value, "lane", "hints")
            count = len(flow.ports.calls)
            queue.send(encode(value).decode(), lane, f"{count}-{number}")
        messages = queue.receive()
        answer = dispatch.handler(event_of(messages), None)
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for message in messages:
            if message.id not in failed:
                queue.delete(message.receipt)
        return len(failed)

    return give


def started_tools(flow):
    return [one.event["method"] for one in flow.aws.invocations]


def test_a_command_is_committed_and_then_hinted(flow, send):
    assert send(build.envelope()) == 0

    assert started_tools(flow) == ["notes.list"]
    assert flow.states("op") == ["PLANNED"]
    assert len(flow.audits("intent")) == 1
    calls = flow.ports.calls
    assert calls.index("dynamodb.TransactWriteItems") < calls.index("lambda.Invoke")


@pytest.mark.parametrize(("role", "run"), [("guest", 0), ("member", 1), ("admin", 1)])
def test_nobody_is_more_than_their_account_lets_them_be(flow, send, role, run):
    told = structs.replace(config.load(), channels={"web/main": config.Account(role)})
    current().give(config.load, told)

    send(build.envelope("/desk notes.add milk"))

    assert started_tools(flow) == ["notes.add"] * run
    assert [row["outcome"] for row in flow.audits("denied")] == ["not_allowed"] * (1 - run)


@pytest.mark.parametrize(
    ("text", "preferred", "expected"),
    [
        ("/desk notes.list", "", "en"),
        ("/desk notes.list", "zh-CN", "zh"),
        ("/desk notes.list", "en-GB", "en"),
        ("/desk notes.add 牛奶", "en-GB", "zh"),
    ],
)
def test_the_language_is_that_of_the_words_then_of_the_channel(
    flow, send, text, preferred, expected
):
    send(build.envelope(text, sender=Sender("ada", locale=preferred)))

    assert flow.aws.invocations[0].event["params"]["_meta"]["locale"] == expected


def test_a_copy_costs_no_call_in_the_same_batch_and_changes_nothing_later(flow, send):
    send(build.envelope(), build.envelope())
    assert flow.ports.calls.count("dynamodb.TransactWriteItems") == 1
    before = dict(flow.aws.table.rows)

    send(build.envelope())

    assert flow.aws.table.rows == before
    assert started_tools(flow) == ["notes.list"]


def test_words_of_our_own_go_straight_to_the_outbox(flow, send):
    send(build.envelope("/help"))

    assert (flow.states("answer"), len(flow.aws.outbox.messages)) == (["READY"], 1)
    assert started_tools(flow) == []


def test_a_refusal_is_answered_and_recorded_without_what_was_said(flow, send):
    send(build.envelope("/desk notes.burn hunter2"))

    (denied,) = flow.audits("denied")
    assert (denied["outcome"], denied["actor"]) == ("not_allowed", "ada")
    assert "hunter2" not in str(flow.aws.table.found("audit#"))
    assert flow.states("answer") == ["READY"]


def test_who_is_paired_meanwhile_is_not_taken_for_a_stranger(flow, send):
    send(build.envelope(sender=Sender("eve")))

    def pair_now(port, when):
        if (port, when) == ("dynamodb.TransactWriteItems", "before"):
            flow.ports.watch = None
            flow.pair("eve")

    flow.ports.watch = pair_now
    assert send(build.envelope(number=2, sender=Sender("eve"))) == 1
    flow.clock.advance(6)
    assert send() == 0
    assert started_tools(flow) == ["notes.list"]


@pytest.mark.parametrize(
    ("paired", "sender"),
    [
        ("ada", Sender("US.1", formerly="ada")),
        ("US.1", Sender("US.1", formerly="eve")),
        ("eve", Sender("eve", formerly="nobody")),
    ],
)
def test_who_is_paired_by_the_id_of_before_is_known(flow, send, paired, sender):
    flow.pair(paired)

    send(build.envelope("/desk notes.list", sender=sender))

    (started,) = flow.aws.invocations
    assert started.event["params"]["_meta"]["sender"] == f"web/main/{paired}"
    send(build.envelope("/desk notes.list", number=2, sender=Sender("US.9", formerly="x")))
    assert [one["outcome"] for one in flow.audits("denied")] == ["unknown_sender"]


def test_a_person_is_remembered_for_five_minutes(flow, send):
    for number in range(3):
        send(build.envelope(number=number))
    assert flow.ports.calls.count("dynamodb.GetItem") == 1

    flow.clock.advance(301)
    send(build.envelope(number=9))
    assert flow.ports.calls.count("dynamodb.GetItem") == 2


def test_a_person_who_lost_a_role_cannot_use_what_was_remembered(flow, send):
    send(build.envelope())
    flow.pair("ada", "guest")

    assert send(build.envelope("/desk notes.add x", number=2)) == 1
    flow.clock.advance(6)
    assert send() == 0

    assert started_tools(flow) == ["notes.list"]
    assert [one["outcome"] for one in flow.audits("denied")] == ["not_allowed"]


@pytest.mark.parametrize(("ended", "starts"), [(False, ["notes.add"]), (True, [])])
def test_a_hint_starts_the_tool_of_its_row_unless_it_has_ended(flow, send, ended, starts):
    command = in_lane(1)
    if ended:
        ops.close(started(command, changes=True), build.result(), OpState.DONE, flow.clock())

    assert send(build.hint(command.params.meta.run), into="hints") == 0
    assert started_tools(flow) == starts


@pytest.mark.parametrize("body", [" ", "{}", "[]", "not json", '{"type":"other"}', "\x00"])
def test_what_cannot_be_read_goes_back_alone(flow, body):
    for name, text in (("bad", body), ("good", build.encoded(build.envelope()))):
        flow.aws.inbox.send(text, name, name)
    bad, good = flow.aws.inbox.receive()

    answer = dispatch.handler(event_of([bad, good]), None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": bad.id}]}
    assert started_tools(flow) == ["notes.list"]
