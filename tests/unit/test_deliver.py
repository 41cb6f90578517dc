"""The Outbox out: every answer is pushed, once where the platform helps, and never forgotten."""

import pytest

from functions.deliver.app import LEASE_SECONDS, MAX_ATTEMPTS, MAX_POSTPONED
from functions.deliver.pace import PATIENCE_SECONDS
from switchboard.ledger import runs
from switchboard.net.http import HttpResponse
from tests.kit import build, environment, ports, webhooks
from tests.kit.clock import START
from tests.kit.ports import Crash
from tests.kit.stories import answer_row

REPLIES = {
    "slack": {"channel": "D1", "thread_ts": ""},
    "telegram": {"chat": "7", "message": "1", "thread": ""},
    "feishu": {"message_id": "om_1"},
    "web": {"lane": "web/main/ada", "message": "m-1"},
}
OK = HttpResponse(200, {}, {"ok": True})
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


@pytest.mark.parametrize("channel", ["slack", "telegram", "feishu"])
def test_an_answer_is_pushed_to_its_platform_and_sent(flow, channel):
    hint = ready(channel)

    assert flow.push(hint)
    assert state(flow, hint) == "SENT"
    (text,) = said(flow)
    assert "hello" in text


def test_on_the_web_it_is_left_in_the_mailbox(flow):
    hint = ready("web")

    assert flow.push(hint)
    (letter,) = flow.letters()
    assert (letter.text, letter.in_reply_to, letter.error) == ("hello", "m-1", False)


def test_the_same_hint_again_pushes_nothing(flow):
    hint = ready()
    flow.push(hint)

    assert flow.push(hint)
    assert len(flow.chat.posts) == 1


def test_a_hint_of_nothing_is_done_with(flow):
    assert flow.push(build.hint(build.run_id()))
    assert not flow.chat.posts


def test_an_account_that_is_not_connected_fails_for_good(flow):
    flow.aws.parameters[environment.CHANNELS] = {}
    hint = ready()

    assert flow.push(hint)
    assert state(flow, hint) == "FAILED"


def test_an_account_that_is_connected_later_needs_no_new_process(flow):
    accounts = flow.aws.parameters[environment.CHANNELS]
    flow.aws.parameters[environment.CHANNELS] = {"web/main": accounts["web/main"]}
    flow.push(ready("web"))
    flow.aws.parameters[environment.CHANNELS] = accounts
    hint = ready("slack", number=2)

    assert flow.push(hint)
    assert state(flow, hint) == "SENT"


def test_a_warm_process_reads_its_accounts_once(flow):
    for number in range(3):
        flow.push(ready(number=number))

    assert flow.ports.calls.count("ssm.GetParameter") == 1


def test_a_short_wait_is_waited_for(flow):
    flow.chat.replies = [HttpResponse(429, {"retry-after": "3"}, {})]
    hint = ready()

    assert flow.push(hint)
    assert flow.clock.slept == [3.0]
    assert state(flow, hint) == "SENT"


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
    assert flow.pump().chat.posts


def test_two_short_waits_in_a_row_are_left_to_the_queue(flow):
    flow.chat.replies = [HttpResponse(429, {"retry-after": str(int(PATIENCE_SECONDS))}, {})] * 2
    hint = ready()

    assert not flow.push(hint)
    assert state(flow, hint) == "READY"


def test_a_platform_that_is_down_is_tried_ever_less_often(flow):
    flow.chat.replies = [HttpResponse(503, {}, {})] * 12
    hint = ready()
    waits = []
    for _ in range(12):
        flow.push(hint)
        waits.append(float(answer_row(flow.aws, hint)["due_at"]) - flow.clock())

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert flow.push(hint)
    assert said(flow) == ["(sent again)\n\nhello"]  # each 503 may have been a success


def test_what_a_platform_refuses_is_surely_not_sent_and_so_no_repeat(flow):
    flow.chat.replies = [HttpResponse(429, {"retry-after": "30"}, {})]
    hint = ready()
    assert not flow.push(hint)
    flow.clock.advance(31)

    assert flow.push(hint)
    assert said(flow) == ["hello"]


def test_an_answer_that_kills_its_worker_every_time_is_given_up(flow):
    hint = ready()
    flow.ports.fail("chat.post", Crash(), times=99)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Crash):
            flow.push(hint)
        flow.clock.advance(LEASE_SECONDS + 1)

    assert flow.push(hint)
    assert state(flow, hint) == "FAILED"


def test_a_platform_that_stays_down_is_given_up(flow):
    flow.chat.replies = [HttpResponse(503, {}, {})] * (MAX_POSTPONED + 1)
    hint = ready()
    for _ in range(MAX_POSTPONED):
        assert not flow.push(hint)

    assert flow.push(hint)
    assert state(flow, hint) == "FAILED"


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

    texts = [post.payload["blocks"][0]["text"] for post in flow.chat.posts]
    assert len(texts) == 3
    assert texts[1].startswith("(sent again)\n\n")
    texts[1] = texts[1].removeprefix("(sent again)")
    assert "".join("".join(texts).split()) == "".join(LONG.split())


def test_killed_after_a_push_it_is_pushed_again_and_says_so(flow):
    hint = ready()
    flow.ports.fail("chat.post", Crash(), when="after")
    with pytest.raises(Crash):
        flow.push(hint)
    flow.clock.advance(LEASE_SECONDS + 1)

    assert flow.push(hint)
    assert said(flow) == ["hello", "(sent again)\n\nhello"]


def test_killed_while_it_goes_on_nothing_is_lost_and_the_repeat_is_marked(flow):
    hint = ready("slack", LONG)
    flow.ports.fail("chat.post", ports.dropped(), skip=1)
    flow.push(hint)
    flow.ports.fail("chat.post", Crash(), when="after")
    with pytest.raises(Crash):
        flow.push(hint)
    flow.clock.advance(LEASE_SECONDS + 1)

    assert flow.push(hint)
    texts = [post.payload["blocks"][0]["text"] for post in flow.chat.posts]
    assert texts[2] == texts[1]
    del texts[2]
    texts[1] = texts[1].removeprefix("(sent again)")
    assert "".join("".join(texts).split()) == "".join(LONG.split())


def test_where_the_platform_helps_a_repeat_is_seen_once(flow):
    hint = ready("feishu")
    flow.ports.fail("dynamodb.UpdateItem", Crash(), skip=1)
    with pytest.raises(Crash):
        flow.push(hint)
    flow.clock.advance(LEASE_SECONDS + 1)

    assert flow.push(hint)
    assert len(said(flow)) == 1
    assert "sent again" not in said(flow)[0]


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


def test_all_accounts_of_the_tests_are_complete():
    assert set(webhooks.ACCOUNTS) == {f"{name}/main" for name in REPLIES}
