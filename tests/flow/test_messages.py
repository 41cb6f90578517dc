"""A message from the chat page, through all stages, to its answer."""

import pytest

from switchboard.ledger import mailbox
from switchboard.ledger.lanes import LIMIT as LANE_LIMIT
from tests.kit import build, webhooks
from tests.kit.fakes import SERVICES, Stored

STAGES = {
    "sqs.SendMessageBatch": "ingest",
    "lambda.Invoke": "dispatch",
    "s3.PUT": "tool",
    "sqs.SendMessage": "tool",
}
BUDGET = 9
READ = "/desk notes.list"


def breakdown(flow):
    """The AWS calls in order, one a line, with what else was called between them."""
    calls = flow.ports.calls
    lines = [f"{call:32}{STAGES.get(call, '')}" for call in calls]
    ours = [call for call in calls if call.startswith(SERVICES)]
    return ours, "\n".join([f"{len(ours)} AWS calls:", *lines])


def test_a_question_is_answered_and_a_change_made_once_and_told(flow):
    message = flow.say("/desk notes.list")
    flow.pump()
    (letter,) = flow.letters()
    assert (letter.text, letter.in_reply_to) == ("0 notes: ", str(message))
    assert not letter.error

    flow.say("/desk notes.add 买牛奶 copies=2 colour=red urgent=是 tags=家，店")
    flow.pump()
    assert flow.answers()[1:] == ["已完成：买牛奶"]
    assert flow.vendor.done("notes.add") == ["买牛奶"]
    assert flow.states("op") == ["DONE", "DONE"]
    assert flow.states("answer") == ["SENT", "SENT"]
    assert len(flow.audits("intent")) == len(flow.audits("outcome")) == 2
    assert not flow.outstanding()
    assert not flow.raised


@pytest.mark.parametrize(
    ("channel", "sender", "message"),
    [
        ("slack", "T1:U1", lambda n, now: webhooks.slack(READ, ts=f"{n}.0", now=now)),
        ("telegram", "7", lambda n, now: webhooks.telegram(READ, message=n)),
        ("feishu", "t1:ou_1", lambda n, now: webhooks.feishu(READ, message=f"om_{n}", now=now)),
    ],
)
def test_a_warm_read_makes_at_most_nine_aws_calls(flow, channel, sender, message):
    flow.pair(sender, channel=channel)
    for number in (1, 2):
        flow.ports.calls.clear()
        flow.webhook(message(number, flow.clock()))
        flow.pump()

    ours, told = breakdown(flow)
    assert len(flow.chat.posts) == 2
    assert len(ours) <= BUDGET, told


@pytest.mark.parametrize(("text", "more"), [("notes.list", 1), ("notes.add milk", 1 + 2)])
def test_the_push_to_the_web_is_a_call_more_and_a_change_reads_its_lane_twice(flow, text, more):
    for _ in range(2):
        flow.ports.calls.clear()
        flow.say(f"/desk {text}")
        flow.pump()

    ours, told = breakdown(flow)
    assert len(flow.answers()) == 2
    assert len(ours) <= BUDGET + more, told


def test_the_same_webhook_five_times_is_one_message(flow):
    event = webhooks.web("/desk notes.add milk", message=build.run_id(77), now=flow.clock())
    for _ in range(5):
        assert flow.webhook(event) == 200
        flow.pump()
        flow.clock.advance(200)

    assert flow.vendor.done("notes.add") == ["milk"]
    assert len(flow.answers()) == 1


def test_the_same_webhook_after_a_cold_start_a_week_later_is_still_one_message(flow):
    flow.pair("7", channel="telegram")
    event = webhooks.telegram("/desk notes.add milk", message=1)
    for _ in range(2):
        flow.webhook(event)
        flow.settle()
        flow.clock.advance(7 * 86_400)
        flow.cold()

    assert flow.vendor.done("notes.add") == ["milk"]
    assert len(flow.chat.posts) == 1


def test_equal_ids_in_two_chats_are_two_messages(flow):
    for chat in (7, 8):
        flow.pair(str(chat), channel="telegram")
        flow.webhook(webhooks.telegram("/desk notes.add x", message=1, user=chat, chat=chat))
    flow.pump()

    assert flow.vendor.done("notes.add") == ["x", "x"]
    assert sorted(post.payload["chat_id"] for post in flow.chat.posts) == [7, 8]


def test_two_conversations_do_not_mix(flow):
    flow.pair("bob")
    for number in range(5):
        for sender in ("ada", "bob"):
            flow.say(f"/desk notes.add {sender}-{number}", sender=sender)
    flow.pump()

    for sender in ("ada", "bob"):
        assert flow.answers(sender) == [f"Done: {sender}-{number}" for number in range(5)]


def test_tools_that_are_started_in_any_order_keep_the_order(flow):
    for number in range(6):
        flow.say(f"/desk notes.add {number}")
    flow.plan()
    flow.aws.invocations.reverse()
    flow.settle()

    assert flow.vendor.done("notes.add") == [str(number) for number in range(6)]


def test_more_changes_than_a_lane_holds_are_refused_not_lost(flow):
    for number in range(LANE_LIMIT + 3):
        flow.say(f"/desk notes.add {number}")
    flow.plan()
    flow.settle()

    assert flow.vendor.done("notes.add") == [str(number) for number in range(LANE_LIMIT)]
    refused = [text for text in flow.answers() if "already waiting" in text]
    assert len(refused) == 3
    assert len(flow.answers()) == LANE_LIMIT + 3


def test_a_stranger_gets_one_polite_refusal_and_nothing_else_until_paired(flow):
    for _ in range(4):
        flow.say("/desk notes.add milk", sender="eve")
    flow.settle()

    (told,) = flow.answers("eve")
    assert "your id here is `eve`" in told
    assert flow.vendor.effects == []
    assert len(flow.audits("denied")) == 1
    assert not flow.audits("intent")

    flow.pair("eve")
    flow.say("/desk notes.add juice", sender="eve")
    flow.settle()
    assert flow.answers("eve")[1:] == ["Done: juice"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("/help", "- **desk**: Notes and letters on a desk"),
        ("/帮助", "- **desk**: 桌上的笔记与信件"),
        ("/help desk", "- `/desk notes.add <text>` — Add a note (changes something)"),
        ("/help desk notes.add", "- `copies`: How many (default 1)"),
        ("/drawer x", "There is no tool called `drawer`."),
        ("/desk sing", "`desk` has no operation `sing`."),
        ("/desk", "Which operation of `desk`?"),
        ("/desk notes.add x copies=many", "`copies` must be a number, not `many`"),
        ("/desk notes.add x copies=99", "`copies` may be at most 9"),
        ("/desk notes.add x colour=pink", "`colour` must be one of `red`, `blue`, not `pink`."),
        ("/desk notes.add", "`text` is missing: What to write"),
        ("/desk notes.add", 'For example: `/desk notes.add "buy ink"`'),
        ("/desk notes.add 墨水 copies=99", "`copies` 不能大于 9"),
        ('/desk notes.add "x', "A quotation mark is not closed"),
        ("/desk notes.add ink", "The desk has no ink for ink."),
        ("/desk notes.burn all", "You may not do that."),
        ("hello", "These tools are connected"),
        ("burn my notes", "`/help desk notes.burn` explains it"),
    ],
)
def test_every_message_is_answered_and_what_is_wrong_changes_nothing(flow, text, part):
    flow.say(text)
    flow.settle()

    (told,) = flow.answers()
    assert part in told
    assert flow.vendor.effects == []
    assert not flow.raised


def test_files_come_with_messages_and_with_answers(flow):
    key = "uploads/web/main/YWRh/0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19"
    flow.aws.objects[key] = Stored("text/plain", b"attached words")
    file = {"key": key, "name": "a.txt", "media_type": "text/plain", "size": 14}

    flow.say("/desk files.read", attachments=[file])
    flow.say("/desk notes.export")
    flow.settle()

    read, exported = flow.letters()
    assert read.text == "attached words"
    assert [one.name for one in exported.files] == ["my_notes.txt"]


def test_both_sides_are_kept_once_for_the_page_and_of_no_other_chat(flow, lines):
    read, refused = flow.say("/desk notes.list"), flow.say("/desk notes.shred canary")
    again = webhooks.web("/desk notes.list", message=read, now=flow.clock())
    assert flow.webhook(again) == 200
    flow.pair("T1:U1", channel="slack")
    flow.webhook(webhooks.slack("/desk notes.add canary", ts="1.1", now=flow.clock()))
    flow.pump()

    found, _ = mailbox.list_letters("web/main/ada", "", flow.clock())
    said = {one.id: one.text for one in found if isinstance(one, mailbox.Said)}
    assert said == {str(read): "/desk notes.list", str(refused): "/desk notes.shred canary"}
    assert {one.in_reply_to for one in found if isinstance(one, mailbox.Letter)} == {*said}
    kept = flow.aws.table.found("mailbox#")
    assert ({row["pk"] for row in kept}, len(kept)) == ({"mailbox#web/main/ada"}, 4)
    assert "canary" not in str(lines())
