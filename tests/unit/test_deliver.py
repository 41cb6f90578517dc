"""The Outbox out: every answer is pushed, once where the platform helps, and never forgotten."""

import pytest

from functions.deliver.app import LEASE_SECONDS, MAX_ATTEMPTS, MAX_POSTPONED
from functions.deliver.pace import PATIENCE_SECONDS
from switchboard.ledger import runs
from switchboard.net.http import HttpResponse
from switchboard.phrases import say
from tests.kit import build, environment, ports
from tests.kit.clock import START
from tests.kit.ports import Crash
from tests.kit.stories import answer_row

REPLIES = {
    "slack": {"channel": "D1", "thread_ts": ""},
    "telegram": {"chat": "7", "message": "1", "thread": ""},
    "feishu": {"message_id": "om_1"},
    "web": {"lane": "web/main/ada", "message": "m-1"},
}
LONG = "\n\n".join(f"paragraph {number} " + "word " * 150 for number in range(40))


def ready(channel="slack", text="hello", number=1):
    """An answer of that channel, READY in the ledger; its hint."""
    envelope = build.envelope(number=number, channel=channel, reply_to=REPLIES[channel])
    result = build.result(text, number=number)
    runs.commit(envelope, answer=result, locale="en", audits=[], now=START)
    return build.hint(envelope.id)


def state(flow, hint):
    return answer_row(flow.aws, hint)["state"]


def said(flow):
    """What the platform shows, whatever it calls it."""
    return [
        str(post.payload.get("text") or post.payload.get("content")) for post in flow.chat.posts
    ]


def killed(flow, hint, port="chat.post", **fault):
    """Push until the process is killed at that port, and let its lease run out."""
    flow.ports.fail(port, Crash(), **fault)
    with pytest.raises(Crash):
        flow.push(hint)
    flow.clock.advance(LEASE_SECONDS + 1)


def blocks_of(posts):
    return [post.payload["blocks"][0]["text"] for post in posts]


@pytest.mark.parametrize("channel", ["slack", "telegram", "feishu"])
def test_an_answer_is_pushed_to_its_platform_and_sent_whatever_is_hinted_again(flow, channel):
    hint = ready(channel)

    for done in (hint, hint, build.hint(build.run_id(9))):
        assert flow.push(done)
    assert state(flow, hint) == "SENT"
    (text,) = said(flow)
    assert "hello" in text


def test_on_the_web_it_is_left_in_the_mailbox(flow):
    hint = ready("web")

    assert flow.push(hint)
    (letter,) = flow.letters()
    assert (letter.text, letter.in_reply_to, letter.error) == ("hello", "m-1", False)


def test_accounts_are_read_once_and_again_for_one_that_was_connected_later(flow):
    accounts = flow.aws.parameters[environment.CHANNELS]
    flow.aws.parameters[environment.CHANNELS] = {"web/main": accounts["web/main"]}
    for number in (1, 2, 3):
        flow.push(ready("web", number=number))
    assert flow.ports.calls.count("ssm.GetParameter") == 1
    flow.aws.parameters[environment.CHANNELS] = accounts
    hint = ready("slack", number=4)

    assert flow.push(hint)
    assert state(flow, hint) == "SENT"


@pytest.mark.parametrize(("busy", "ends"), [(1, "SENT"), (2, "READY")])
def test_a_short_wait_is_waited_for_once_and_another_is_left_to_the_queue(flow, busy, ends):
    wait = str(int(PATIENCE_SECONDS))
    flow.chat.replies = [HttpResponse(429, {"retry-after": wait}, {})] * busy
    hint = ready()

    assert flow.push(hint) is (ends == "SENT")
    assert flow.clock.slept == [PATIENCE_SECONDS]
    assert state(flow, hint) == ends


def test_a_longer_wait_is_left_to_the_queue(flow):
    flow.chat.replies = [HttpResponse(429, {"retry-after": "60"}, {})]
    hint = ready()

    assert not flow.push(hint)
    assert flow.clock.slept == []
    row = answer_row(flow.aws, hint)
    assert (row["state"], row["due_at"]) == ("READY", flow.clock() + 60)
    flow.clock.advance(59)
    assert flow.aws.outbox.receive(1) == []
    flow.clock.advance(2)
    flow.pump()
    assert said(flow) == ["hello"]  # what a platform refuses is surely not sent: no repeat


def test_a_platform_that_is_down_is_tried_ever_less_often_and_then_given_up(flow):
    flow.chat.replies = [HttpResponse(503, {}, {})] * 12
    hint = ready()
    waits = []
    for _ in range(12):
        flow.push(hint)
        waits.append(float(answer_row(flow.aws, hint)["due_at"]) - flow.clock())

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert flow.push(hint)
    assert said(flow) == ["(sent again)\n\nhello"]  # each 503 may have been a success

    flow.chat.replies = [HttpResponse(503, {}, {})] * (MAX_POSTPONED + 1)
    hopeless = ready(number=2)
    assert [flow.push(hopeless) for _ in range(MAX_POSTPONED)] == [False] * MAX_POSTPONED
    assert flow.push(hopeless)
    assert state(flow, hopeless) == "FAILED"


def test_an_answer_that_kills_its_worker_every_time_is_given_up(flow):
    hint = ready()
    for _ in range(MAX_ATTEMPTS):
        killed(flow, hint)

    assert flow.push(hint)
    assert state(flow, hint) == "FAILED"


@pytest.mark.parametrize("refused", range(4))
def test_of_what_a_platform_refuses_less_is_sent_and_nobody_waits_in_silence(flow, refused):
    no = HttpResponse(200, {}, {"ok": False, "error": "invalid_blocks"})
    flow.chat.replies = [no] * refused
    hint = ready(text="**see** [this](https://a.example)")

    assert flow.push(hint)
    assert state(flow, hint) == ("FAILED" if refused == 3 else "SENT")
    told = [
        "**see** [this](https://a.example)",
        "see this (https://a.example)",
        say("not_shown", "en"),
    ]
    assert said(flow) == told[refused : refused + 1]


def test_that_an_answer_is_not_shown_is_said_once_however_long_it_is(flow):
    no, yes = (HttpResponse(200, {}, {"ok": ok, "error": "invalid_blocks"}) for ok in (False, True))
    flow.chat.replies = [no, no, yes, *[no] * 4]  # of three messages
    hint = ready(text=LONG)

    assert flow.push(hint)
    assert (state(flow, hint), flow.chat.replies, said(flow)) == ("SENT", [], [])


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
def test_a_chat_that_is_gone_is_given_up_at_once(flow, error):
    flow.chat.replies = [HttpResponse(200, {}, {"ok": False, "error": error})]
    hint = ready()

    assert flow.push(hint)
    assert state(flow, hint) == "FAILED"


def test_a_later_answer_of_the_lane_does_not_overtake_one_that_waits(flow):
    flow.chat.replies = [HttpResponse(429, {"retry-after": "30"}, {})]
    for number, text in ((1, "first"), (2, "second")):
        hint = ready(text=text, number=number)
        flow.aws.outbox.send(build.encoded(hint), "lane", str(number))

    flow.settle()

    assert said(flow) == ["first", "second"]


def test_a_partly_sent_answer_goes_on_where_it_was_cut(flow):
    hint = ready("slack", LONG)
    flow.ports.fail("chat.post", ports.dropped(), skip=1)

    assert not flow.push(hint)
    assert answer_row(flow.aws, hint)["parts"] == 1
    assert flow.push(hint)

    first, second, third = blocks_of(flow.chat.posts)
    assert second.startswith("(sent again)\n\n")
    whole = first + second.removeprefix("(sent again)") + third
    assert "".join(whole.split()) == "".join(LONG.split())


def test_killed_after_a_push_it_is_pushed_again_and_says_so(flow):
    hint = ready()
    killed(flow, hint, when="after")

    assert flow.push(hint)
    assert said(flow) == ["hello", "(sent again)\n\nhello"]


def test_killed_while_it_goes_on_nothing_is_lost_and_the_repeat_is_marked(flow):
    hint = ready("slack", LONG)
    flow.ports.fail("chat.post", ports.dropped(), skip=1)
    flow.push(hint)
    killed(flow, hint, when="after")

    assert flow.push(hint)
    first, second, repeat, third = blocks_of(flow.chat.posts)
    assert repeat == second
    whole = first + second.removeprefix("(sent again)") + third
    assert "".join(whole.split()) == "".join(LONG.split())


def test_where_the_platform_helps_a_repeat_is_seen_once(flow):
    hint = ready("feishu")
    killed(flow, hint, "dynamodb.UpdateItem", skip=1)

    assert flow.push(hint)
    (text,) = said(flow)
    assert "sent again" not in text


def test_without_the_ledger_nothing_is_pushed(flow):
    hint = ready()
    flow.ports.fail("dynamodb.UpdateItem", ports.dropped(), times=4)

    assert not flow.push(hint)
    assert not flow.chat.posts


def test_who_is_overtaken_settles_nothing(flow):
    hint = ready("web")

    def overtake(port, when):
        if (port, when) == ("dynamodb.TransactWriteItems", "before"):
            flow.ports.watch = None
            flow.clock.advance(LEASE_SECONDS + 1)
            assert flow.push(hint)

    flow.ports.watch = overtake
    assert not flow.push(hint)

    assert state(flow, hint) == "SENT"
    assert len(flow.letters()) == 1
