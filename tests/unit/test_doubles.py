"""The doubles of the chat platforms behave as the platforms' pages say, good days and bad."""

import json
import time
from collections.abc import Iterator
from http.client import RemoteDisconnected
from typing import Any

import pytest

from tests.doubles import feishu as feishu_rules
from tests.doubles.client import Reply, post
from tests.doubles.feishu import FeishuDouble
from tests.doubles.server import Answer, Trouble
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble


@pytest.fixture
def slack() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        yield double


@pytest.fixture
def now() -> list[float]:
    return [1_000_000.0]


@pytest.fixture
def feishu(now: list[float]) -> Iterator[FeishuDouble]:
    with FeishuDouble(clock=lambda: now[0]) as double:
        yield double


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


def say(slack: SlackDouble, payload: Any, token: str | None = None) -> Reply:
    given = slack.bot_token if token is None else token
    return post(slack, "/api/chat.postMessage", payload, given)


def error_of(reply: Reply) -> str:
    status, body, _ = reply
    assert (status, body["ok"]) == (200, False)
    return str(body["error"])


def markdown(*texts: str) -> list[dict[str, str]]:
    return [{"type": "markdown", "text": text} for text in texts]


def token_of(feishu: FeishuDouble) -> str:
    app = {"app_id": feishu.app_id, "app_secret": feishu.app_secret}
    return str(post(feishu, feishu_rules.TOKEN_PATH, app)[1]["tenant_access_token"])


def card(text: str) -> str:
    element = {"tag": "markdown", "content": text}
    return json.dumps({"schema": "2.0", "body": {"elements": [element]}})


def reply(feishu: FeishuDouble, message: str, token: str, **payload: Any) -> Reply:
    given = {"msg_type": "interactive", "content": card("hi"), **payload}
    return post(feishu, f"{feishu_rules.MESSAGES}{message}/reply", given, token)


def send(telegram: TelegramDouble, token: str = "", **payload: Any) -> Reply:
    return post(telegram, f"/bot{token or telegram.bot_token}/sendMessage", payload)


def test_slack_posts_into_a_thread_and_says_where(slack):
    thread = slack.write("C1")
    before = time.perf_counter()

    status, body, _ = say(
        slack, {"channel": "C1", "thread_ts": thread, "text": "x", "blocks": markdown("**x**")}
    )

    [message] = slack.messages
    assert (status, body["ok"], body["channel"], body["ts"]) == (200, True, "C1", message.id)
    assert (message.chat, message.target, message.text) == ("C1", thread, "**x**")
    assert before < message.at < time.perf_counter()


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")], ids=["none", "wrong"]
)
def test_slack_knows_its_bot(slack, token, error):
    slack.write("C1")

    assert error_of(say(slack, {"channel": "C1", "text": "x"}, token)) == error
    assert slack.messages == []


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": "C9", "text": "x"}, "channel_not_found"),
        ({"channel": "C1"}, "no_text"),
        ({"channel": "C1", "text": "x", "thread_ts": "soon"}, "invalid_thread_ts"),
        ({"channel": "C1", "text": "x", "thread_ts": "1.5"}, "invalid_thread_ts"),
        ({"channel": "C1", "text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"channel": "C1", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "blocks": markdown(*["x"] * 51)}, "invalid_blocks"),
        ({"channel": "C1", "blocks": markdown("x" * 12_001)}, "invalid_blocks"),
        ({"channel": "C1", "blocks": markdown("x" * 6_001, "x" * 6_000)}, "invalid_blocks"),
        ({"channel": "C1", "blocks": markdown("")}, "invalid_blocks"),
        ({"channel": "C1", "blocks": [{"type": "poem", "text": "x"}]}, "invalid_blocks"),
        ({"channel": "C1", "blocks": {"type": "divider"}}, "invalid_blocks"),
    ],
)
def test_slack_refuses_what_does_not_fit(slack, payload, error):
    slack.write("C1")

    assert error_of(say(slack, payload)) == error
    assert slack.messages == []


def test_slack_takes_what_just_fits(slack):
    slack.write("C1")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 1_200}}

    assert say(slack, {"channel": "C1", "text": "x" * 40_000})[1]["ok"]
    assert say(slack, {"channel": "C1", "blocks": markdown(*["x"] * 50)})[1]["ok"]
    assert say(slack, {"channel": "C1", "blocks": [*markdown("x" * 12_000), section]})[1]["ok"]
    assert error_of(
        say(slack, {"channel": "C1", "blocks": [*markdown("x" * 12_000), section, section]})
    ) == ("msg_blocks_too_long")


def test_slack_reads_only_json_sent_as_json(slack):
    assert error_of(say(slack, b"{")) == "invalid_json"


def test_every_platform_says_in_its_own_way_that_it_is_too_fast(slack, feishu, telegram):
    for double in (slack, feishu, telegram):
        double.retry_after = 7
        double.trouble(Trouble.LIMITED)

    status, body, headers = say(slack, {"channel": "C1", "text": "x"})
    assert (status, body["error"], headers["retry-after"]) == (429, "ratelimited", "7")
    status, body, headers = reply(feishu, feishu.write("oc_1"), token_of(feishu))
    assert (status, body["code"], headers["x-ogw-ratelimit-reset"]) == (429, 99991400, "7")
    status, body, _ = send(telegram, chat_id=telegram.write(5) and 5, text="x")
    assert (status, body["parameters"]) == (429, {"retry_after": 7})
    assert [*slack.messages, *feishu.messages, *telegram.messages] == []


@pytest.mark.parametrize("trouble", [Trouble.DROPPED, Trouble.DROPPED_AFTER])
def test_a_connection_can_break_before_and_after_the_message_is_posted(telegram, trouble):
    telegram.write(5)
    telegram.trouble(trouble)

    with pytest.raises(RemoteDisconnected):
        send(telegram, chat_id=5, text="x")

    assert len(telegram.messages) == (1 if trouble is Trouble.DROPPED_AFTER else 0)
    assert send(telegram, chat_id=5, text="y")[1]["ok"]


def test_troubles_come_in_their_order_and_then_end(slack):
    slack.write("C1")
    slack.slow_seconds = 0.05
    slack.trouble(Trouble.BROKEN, times=2)
    slack.trouble(Trouble.SLOW)
    slack.trouble(Answer({"ok": False, "error": "fatal_error"}))

    replies = [say(slack, {"channel": "C1", "text": "x"}) for _ in range(5)]

    assert [status for status, _, _ in replies] == [500, 500, 200, 200, 200]
    assert [body.get("ok") for _, body, _ in replies] == [None, None, True, False, True]
    assert len(slack.messages) == 2
    slack.wait_until(lambda: len(slack.messages) == 2)


def test_feishu_gives_the_same_token_until_half_an_hour_before_its_end(feishu, now):
    first = token_of(feishu)
    now[0] += 7200 - 1801
    assert token_of(feishu) == first

    now[0] += 2
    second = token_of(feishu)

    assert second != first
    message = feishu.write("oc_1")
    assert reply(feishu, message, first)[1]["code"] == 0
    now[0] += 1799
    assert reply(feishu, message, first)[1]["code"] == feishu_rules.BAD_TOKEN
    assert reply(feishu, message, second)[1]["code"] == 0
    assert reply(feishu, message, "")[1]["code"] == feishu_rules.NO_TOKEN


def test_feishu_refuses_a_wrong_app_secret(feishu):
    app = {"app_id": feishu.app_id, "app_secret": "guess"}

    assert post(feishu, feishu_rules.TOKEN_PATH, app)[1]["code"] == feishu_rules.BAD_APP


def test_feishu_replies_to_a_message_once_in_an_hour_for_one_uuid(feishu, now):
    message, token = feishu.write("oc_1"), token_of(feishu)

    first = reply(feishu, message, token, uuid="a")
    assert reply(feishu, message, token, uuid="a")[1] == first[1]
    assert [(one.chat, one.target, one.text) for one in feishu.messages] == [
        ("oc_1", message, "hi")
    ]

    now[0] += 3601
    reply(feishu, message, token, uuid="a")
    assert len(feishu.messages) == 2


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"content": {"text": "x"}}, feishu_rules.BAD_PARAMETER),
        ({"msg_type": "poem"}, feishu_rules.BAD_PARAMETER),
        ({"msg_type": "text", "content": "x"}, feishu_rules.BAD_PARAMETER),
        ({"content": "{}"}, feishu_rules.BAD_CARD),
        ({"content": card("")}, feishu_rules.BAD_CARD),
        ({"content": card("x" * 30_720)}, feishu_rules.TOO_LONG),
        ({"uuid": "x" * 51}, feishu_rules.BAD_FIELD),
    ],
)
def test_feishu_refuses_what_does_not_fit(feishu, payload, code):
    status, body, _ = reply(feishu, feishu.write("oc_1"), token_of(feishu), **payload)

    assert (status, body["code"]) == (400, code)
    assert feishu.messages == []


def test_feishu_replies_only_where_its_bot_is(feishu):
    message, token = feishu.write("oc_1"), token_of(feishu)
    feishu.left.add("oc_1")

    assert reply(feishu, message, token)[1]["code"] == feishu_rules.NOT_IN_CHAT
    assert reply(feishu, "om_none", token)[1]["code"] == feishu_rules.BAD_PARAMETER
