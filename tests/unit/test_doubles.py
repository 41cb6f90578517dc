"""The doubles of the chat platforms behave as the platforms' pages say, good days and bad."""

import json
from http.client import RemoteDisconnected

import pytest

from tests.doubles import feishu as feishu_rules
from tests.doubles.client import post
from tests.doubles.discord import DiscordDouble
from tests.doubles.feishu import FeishuDouble
from tests.doubles.line import LineDouble
from tests.doubles.qq import QqDouble
from tests.doubles.server import Answer, Trouble
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble
from tests.doubles.whatsapp import WhatsappDouble
from tests.kit.clock import Clock

CLOCK = Clock()
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 1_200}}
LENIENT = {"message_id": 1, "allow_sending_without_reply": True}


def markdown(*texts):
    return [{"type": "markdown", "text": text} for text in texts]


def buttons(*actions):
    text = {"type": "plain_text", "text": "Check"}
    made = [{"type": "button", "action_id": one, "text": text, "value": one} for one in actions]
    return {"type": "actions", "elements": made}


def card(text):
    body = {"elements": [{"tag": "markdown", "content": text}]}
    return json.dumps({"schema": "2.0", "body": body})


def token_of(feishu):
    app = {"app_id": feishu.app_id, "app_secret": feishu.app_secret}
    return post(feishu, feishu_rules.TOKEN_PATH, app)[1]["tenant_access_token"]


def told(double, **change):
    """What a bot is told about a message, right but for what is changed; no words: it is taken."""
    path, token, payload, headers = double.right(double)
    token, path = change.pop("token", token), change.pop("path", path)
    given = change.pop("body", {**payload, **change})
    _, body, _ = post(double, path, given, token, headers)
    error = body.get("error", "")
    code = error.get("code") if isinstance(error, dict) else error
    found = code or body.get("code") or body.get("description") or body.get("message", "")
    return found if isinstance(found, str | int) and body.get("ok") is not True else ""


def _slack(double):
    thread = double.write("C1")
    payload = {"channel": "C1", "thread_ts": thread, "text": "x", "blocks": markdown("**x**")}
    return "/api/chat.postMessage", double.bot_token, payload, {}


def _feishu(double):
    message = double.write("oc_1")
    payload = {"msg_type": "interactive", "content": card("hi")}
    return f"{feishu_rules.MESSAGES}{message}/reply", token_of(double), payload, {}


def _telegram(double):
    double.write(5, 2)
    double.write(9)
    double.blocked.add(9)
    double.topics[5] = {7}
    return f"/bot{double.bot_token}/sendMessage", "", {"chat_id": 5, "text": "x"}, {}


def _qq(double):
    payload = {"content": "a", "msg_id": double.write("groups/G1"), "msg_seq": 1}
    bearer = {"authorization": f"QQBot {double.token}"}
    return "/v2/groups/G1/messages", "", payload, bearer


def _whatsapp(double):
    double.write("1650")
    said = {"messaging_product": "whatsapp", "to": "1650", "type": "text", "text": {"body": "a"}}
    return "/1/messages", double.access_token, said, {}


def _discord(double):
    agent = {"user-agent": "DiscordBot (https://example.com, 1)"}
    return f"/webhooks/1/{double.defer('t')}", "", {"content": "a"}, agent


def _line(double):
    double.write("C1")
    said = {"to": "C1", "messages": [{"type": "text", "text": "a"}]}
    return "/v2/bot/message/push", double.channel_token, said, {"x-line-retry-key": "0" * 32}


PLATFORMS = {
    "slack": (SlackDouble, _slack),
    "feishu": (lambda: FeishuDouble(clock=CLOCK), _feishu),
    "telegram": (TelegramDouble, _telegram),
    "qq": (lambda: QqDouble(clock=CLOCK), _qq),
    "whatsapp": (lambda: WhatsappDouble(clock=CLOCK), _whatsapp),
    "discord": (DiscordDouble, _discord),
    "line": (LineDouble, _line),
}
"""What makes each double, and the request that it takes: path, token, body, headers."""


@pytest.fixture
def double(request):
    make, right = PLATFORMS[request.param]
    with make() as made:
        made.right = right
        yield made


@pytest.mark.parametrize("double", PLATFORMS, indirect=True)
def test_what_is_right_is_taken(double):
    assert told(double) in {"", 0}
    assert len(double.messages) == 1


@pytest.mark.parametrize(
    ("double", "change"),
    [
        ("slack", {"text": "x" * 40_000, "blocks": []}),
        ("slack", {"blocks": markdown(*["x"] * 50)}),
        ("slack", {"blocks": [*markdown("x" * 12_000), SECTION]}),
        ("slack", {"blocks": [*markdown("x"), buttons("a" * 255, "b")]}),
        ("telegram", {"text": f"<b>{'😀' * 2047}</b>&lt;&#33;", "parse_mode": "HTML"}),
        ("telegram", {"reply_parameters": LENIENT}),
        ("telegram", {"message_thread_id": 7, "reply_parameters": {"message_id": 2}}),
    ],
    indirect=["double"],
)
def test_what_just_fits_is_taken(double, change):
    assert told(double, **change) == ""


@pytest.mark.parametrize(
    ("double", "change", "error"),
    [
        ("slack", {"token": ""}, "not_authed"),
        ("slack", {"token": "xoxb-other"}, "invalid_auth"),
        ("slack", {"body": b"{"}, "invalid_json"),
        ("slack", {"channel": None}, "invalid_arguments"),
        ("slack", {"channel": "C9"}, "channel_not_found"),
        ("slack", {"text": "", "blocks": []}, "no_text"),
        ("slack", {"thread_ts": "soon"}, "invalid_thread_ts"),
        ("slack", {"thread_ts": "1700000000.000001"}, "thread_not_found"),
        ("slack", {"text": "x" * 40_001}, "msg_too_long"),
        ("slack", {"blocks": markdown(*["x"] * 51)}, "invalid_blocks"),
        ("slack", {"blocks": markdown("x" * 12_001)}, "invalid_blocks"),
        ("slack", {"blocks": markdown("x" * 6_001, "x" * 6_000)}, "invalid_blocks"),
        ("slack", {"blocks": [*markdown("x" * 12_000), SECTION, SECTION]}, "msg_blocks_too_long"),
        ("slack", {"blocks": markdown("")}, "invalid_blocks"),
        ("slack", {"blocks": [{"type": "poem", "text": "x"}]}, "invalid_blocks"),
        ("slack", {"blocks": {"type": "divider"}}, "invalid_blocks"),
        ("slack", {"blocks": [buttons("a" * 256)]}, "invalid_blocks"),
        ("slack", {"blocks": [buttons("a", "a")]}, "invalid_blocks"),
        ("slack", {"blocks": [buttons()]}, "invalid_blocks"),
        ("feishu", {"token": ""}, feishu_rules.NO_TOKEN),
        ("feishu", {"path": f"{feishu_rules.MESSAGES}no/reply"}, feishu_rules.BAD_PARAMETER),
        ("feishu", {"content": {"text": "x"}}, feishu_rules.BAD_PARAMETER),
        ("feishu", {"msg_type": "poem"}, feishu_rules.BAD_PARAMETER),
        ("feishu", {"msg_type": "text", "content": "x"}, feishu_rules.BAD_PARAMETER),
        ("feishu", {"content": "{}"}, feishu_rules.BAD_CARD),
        ("feishu", {"content": card("")}, feishu_rules.BAD_CARD),
        ("feishu", {"content": card("x" * 30_720)}, feishu_rules.TOO_LONG),
        ("feishu", {"uuid": "x" * 51}, feishu_rules.BAD_FIELD),
        ("telegram", {"path": "/botnonsense/sendMessage"}, "Not Found"),
        ("telegram", {"path": f"/bot7:{'B' * 35}/sendMessage"}, "Unauthorized"),
        ("telegram", {"chat_id": None}, "chat_id is empty"),
        ("telegram", {"text": "<p>", "parse_mode": "HTML"}, "can't parse entities"),
        ("telegram", {"chat_id": 6}, "chat not found"),
        ("telegram", {"chat_id": 9}, "blocked"),
        ("telegram", {"text": ""}, "text is empty"),
        ("telegram", {"text": " <i></i>", "parse_mode": "HTML"}, "text is empty"),
        ("telegram", {"text": "😀" * 2049}, "too long"),
        ("telegram", {"message_thread_id": 3}, "thread not found"),
        ("telegram", {"reply_parameters": {"message_id": 1}}, "not found"),
        ("qq", {"msg_id": ""}, 40034102),
        ("qq", {"msg_id": "another"}, 40034024),
        ("qq", {"content": " "}, 50006),
        ("whatsapp", {"token": "wrong"}, 190),
        ("whatsapp", {"text": {"body": "a" * 4097}}, 100),
        ("discord", {"path": "/webhooks/1/other"}, 50027),
        ("line", {"token": "wrong"}, "Authentication failed"),
        ("line", {"to": "C2"}, "has 1 error"),
    ],
    indirect=["double"],
)
def test_what_does_not_fit_is_refused(double, change, error):
    found = told(double, **change)

    assert error in found if isinstance(error, str) else error == found
    assert double.messages == []


@pytest.mark.parametrize(
    ("double", "where", "wait"),
    [
        ("slack", lambda body, headers: headers["retry-after"], "7"),
        ("feishu", lambda body, headers: headers["x-ogw-ratelimit-reset"], "7"),
        ("telegram", lambda body, headers: body["parameters"]["retry_after"], 7),
    ],
    indirect=["double"],
)
def test_every_platform_says_in_its_own_way_that_it_is_too_fast(double, where, wait):
    double.retry_after = 7
    double.trouble(Trouble.LIMITED)
    path, token, payload, headers = double.right(double)

    status, *answer = post(double, path, payload, token, headers)
    assert (status, where(*answer)) == (429, wait)
    assert double.messages == []


@pytest.mark.parametrize("double", ["telegram"], indirect=True)
@pytest.mark.parametrize("trouble", [Trouble.DROPPED, Trouble.DROPPED_AFTER])
def test_a_connection_can_break_before_and_after_the_message_is_posted(double, trouble):
    double.trouble(trouble)

    with pytest.raises(RemoteDisconnected):
        told(double)

    assert len(double.messages) == (trouble is Trouble.DROPPED_AFTER)
    assert told(double) == ""


@pytest.mark.parametrize("double", ["slack"], indirect=True)
def test_troubles_come_in_their_order_and_then_end(double):
    double.slow_seconds = 0.05
    double.trouble(Trouble.BROKEN)
    double.trouble(Trouble.SLOW)
    double.trouble(Answer({"ok": False, "error": "fatal_error"}))

    assert [told(double) for _ in range(4)] == ["", "", "fatal_error", ""]
    double.wait_until(lambda: len(double.messages) == 2)


@pytest.mark.parametrize("double", ["feishu"], indirect=True)
def test_feishu_gives_the_same_token_until_half_an_hour_before_its_end(double):
    first = token_of(double)
    CLOCK.advance(7200 - 1801)
    assert token_of(double) == first

    CLOCK.advance(2)
    second = token_of(double)
    assert (second != first, told(double, token=first)) == (True, "")
    CLOCK.advance(1799)
    assert told(double, token=first) == feishu_rules.BAD_TOKEN
    assert told(double, token=second) == ""
    wrong = post(double, feishu_rules.TOKEN_PATH, {"app_id": double.app_id, "app_secret": "guess"})
    assert wrong[1]["code"] == feishu_rules.BAD_APP


@pytest.mark.parametrize("double", ["feishu"], indirect=True)
def test_feishu_replies_once_in_an_hour_for_one_uuid_and_only_where_its_bot_is(double):
    for seconds, count in ((0, 1), (3_599, 1), (1, 2)):
        CLOCK.advance(seconds)
        told(double, uuid="a")
        assert len(double.messages) == count

    double.left.add("oc_1")
    assert told(double) == feishu_rules.NOT_IN_CHAT


@pytest.mark.parametrize("double", ["qq"], indirect=True)
def test_qq_takes_one_answer_of_each_number(double):
    asked = double.write("groups/G1")
    assert [told(double, msg_id=asked) for _ in range(2)] == ["", 40054005]


@pytest.mark.parametrize(
    ("double", "seconds", "late"),
    [("qq", 300, 304027), ("whatsapp", 86_400, 131047)],
    indirect=["double"],
)
def test_a_bot_may_answer_for_as_long_as_the_platform_says(double, seconds, late):
    path, token, payload, headers = double.right(double)
    CLOCK.advance(seconds)
    assert post(double, path, payload, token, headers)[0] == 200

    CLOCK.advance(1)
    refused = post(double, path, {**payload, "msg_seq": 2}, token, headers)[1]
    assert late in {refused.get("code"), refused.get("error", {}).get("code")}
