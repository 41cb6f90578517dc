"""What every channel sends, and what it makes of the platform's answers."""

import json
import socket
import time

import pytest

from switchboard.channels import registry
from switchboard.channels.base import Part
from switchboard.cloud import aws
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import StoredFile
from switchboard.net import http
from switchboard.runtime import current
from tests.kit.environment import surroundings
from tests.unit.servers import Told, serving

PART = Part(text="**done** <b> & 会议", key="0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
VALUES = {
    "slack": {"bot_token": "xoxb-example-canary"},
    "telegram": {"bot_token": "123456:example-canary"},
    "feishu": {"app_id": "cli_example", "app_secret": "example-canary"},
}
REPLY_TO = {
    "slack": {"channel": "C1", "thread_ts": "1.2"},
    "telegram": {"chat": "-1001", "message": "7", "thread": "9"},
    "feishu": {"message_id": "om_1"},
}
TOKEN = Told(body=b'{"code":0,"tenant_access_token":"t-example","expire":7200}')
DONE = {
    "slack": Told(body=b'{"ok":true}'),
    "telegram": Told(body=b'{"ok":true,"result":{}}'),
    "feishu": Told(body=b'{"code":0,"msg":"success"}'),
}
PLATFORMS = list(VALUES)


def told(status, body=b"{}", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Told(status, raw, {name.replace("_", "-"): value for name, value in headers.items()})


def send(kind, *answers, part=PART, reply_to=None):
    """Send once; what the platform was asked, the token left out."""
    first = (TOKEN,) if kind == "feishu" else ()
    with serving(*first, *answers) as server:
        channel = registry.outbound(kind, "main", {**VALUES[kind], "api": server.url})
        channel.send(reply_to or REPLY_TO[kind], part)
    return server.asked[len(first) :]


def test_slack_is_sent_a_block_in_the_thread():
    (asked,) = send("slack", DONE["slack"])

    body = json.loads(asked.body)
    assert asked.path == "/chat.postMessage"
    assert asked.headers["authorization"] == "Bearer xoxb-example-canary"
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert (body["channel"], body["thread_ts"]) == ("C1", "1.2")
    assert body["blocks"] == [{"type": "markdown", "text": PART.text}]
    assert body["unfurl_links"] is False


def test_slack_is_sent_a_short_notice_of_a_long_text_and_no_thread():
    reply_to = {"channel": "D1", "thread_ts": ""}

    (asked,) = send("slack", DONE["slack"], part=Part("x" * 9_000, "k"), reply_to=reply_to)

    body = json.loads(asked.body)
    assert "thread_ts" not in body
    assert len(body["text"]) == 3_000
    assert len(body["blocks"][0]["text"]) == 9_000


def test_telegram_is_sent_html_as_a_reply():
    (asked,) = send("telegram", DONE["telegram"])

    body = json.loads(asked.body)
    assert asked.path == "/bot123456:example-canary/sendMessage"
    assert (body["chat_id"], body["message_thread_id"]) == (-1001, 9)
    assert body["reply_parameters"] == {"message_id": 7, "allow_sending_without_reply": True}
    assert (body["parse_mode"], body["text"]) == ("HTML", PART.text)


def test_telegram_has_no_thread_where_there_is_none():
    (asked,) = send("telegram", DONE["telegram"], reply_to=REPLY_TO["telegram"] | {"thread": ""})

    assert "message_thread_id" not in json.loads(asked.body)


def test_feishu_is_sent_a_card_with_the_key_of_the_part():
    (asked,) = send("feishu", DONE["feishu"])

    body = json.loads(asked.body)
    card = json.loads(body["content"])
    assert asked.path == "/open-apis/im/v1/messages/om_1/reply"
    assert asked.headers["authorization"] == "Bearer t-example"
    assert (body["msg_type"], body["uuid"]) == ("interactive", PART.key)
    assert card["body"]["elements"] == [{"tag": "markdown", "content": PART.text}]


def test_feishus_token_is_asked_for_once():
    with serving(TOKEN, DONE["feishu"]) as server:
        channel = registry.outbound("feishu", "main", {**VALUES["feishu"], "api": server.url})
        for _ in range(3):
            channel.send(REPLY_TO["feishu"], PART)

    asked = json.loads(server.asked[0].body)
    assert server.asked[0].path == "/open-apis/auth/v3/tenant_access_token/internal"
    assert asked == {"app_id": "cli_example", "app_secret": "example-canary"}
    assert len(server.asked) == 4


def test_feishus_token_is_renewed_when_little_is_left_of_it():
    short = Told(body=TOKEN.body.replace(b"7200", b"1800"))
    with serving(short, DONE["feishu"], TOKEN, DONE["feishu"]) as server:
        channel = registry.outbound("feishu", "main", {**VALUES["feishu"], "api": server.url})
        for _ in range(3):
            channel.send(REPLY_TO["feishu"], PART)

    assert [asked.path.endswith("internal") for asked in server.asked] == [True, False] * 2 + [
        False
    ]


@pytest.mark.parametrize("code", [99991661, 99991663, 99991664])
def test_a_token_that_feishu_refuses_is_renewed_at_the_next_try(code):
    refused = told(400, {"code": code, "msg": "Invalid access token for authorization."})
    with serving(TOKEN, refused, TOKEN, DONE["feishu"]) as server:
        channel = registry.outbound("feishu", "main", {**VALUES["feishu"], "api": server.url})
        with pytest.raises(UnavailableError):
            channel.send(REPLY_TO["feishu"], PART)
        channel.send(REPLY_TO["feishu"], PART)

    assert len(server.asked) == 4


@pytest.mark.parametrize("body", [{"code": 10014, "msg": "app secret invalid"}, {}, {"code": 0}])
def test_without_a_token_feishu_is_unavailable(body):
    with serving(told(200, body)) as server:
        channel = registry.outbound("feishu", "main", {**VALUES["feishu"], "api": server.url})
        with pytest.raises(UnavailableError):
            channel.send(REPLY_TO["feishu"], PART)


@pytest.mark.parametrize("kind", PLATFORMS)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), ("0", 0.0), ("", 1.0), ("soon", 1.0), ("-5", 1.0), ("²", 1.0), ("1.5", 1.0)],
)
def test_a_platform_that_asks_for_patience_says_for_how_long(kind, header, seconds):
    with pytest.raises(RateLimitedError) as caught:
        send(kind, told(429, b"{}", retry_after=header))

    assert caught.value.retry_after == seconds


def test_telegram_says_it_in_the_body():
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}

    with pytest.raises(RateLimitedError) as caught:
        send("telegram", told(429, body))

    assert caught.value.retry_after == 35.0


@pytest.mark.parametrize("status", [400, 429])
def test_feishu_says_it_in_a_header_of_its_own(status):
    body = {"code": 99991400, "msg": "request trigger frequency limit"}

    with pytest.raises(RateLimitedError) as caught:
        send("feishu", told(status, body, x_ogw_ratelimit_reset="60"))

    assert caught.value.retry_after == 60.0


@pytest.mark.parametrize("code", [99991400, 230020, 11232])
def test_feishu_limits_by_app_chat_and_tenant(code):
    with pytest.raises(RateLimitedError):
        send("feishu", told(200, {"code": code}))


@pytest.mark.parametrize("kind", PLATFORMS)
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_platform_in_trouble_is_unavailable(kind, status):
    with pytest.raises(UnavailableError):
        send(kind, told(status, b"<html>"))


@pytest.mark.parametrize("kind", PLATFORMS)
@pytest.mark.parametrize("body", [b"", b"<html>a proxy</html>", b"[]", b"\xff", b"null"])
@pytest.mark.parametrize("status", [200, 302, 403, 407])
def test_an_answer_that_is_not_the_platforms_says_nothing_of_the_message(kind, body, status):
    with pytest.raises(UnavailableError):
        send(kind, told(status, body, location="http://127.0.0.1:9/"))


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
        ("slack", told(200, {"ok": False, "error": "ratelimited"}), RateLimitedError),
        ("slack", told(200, {"ok": False, "error": "internal_error"}), UnavailableError),
        ("slack", told(200, {"ok": False, "error": "service_unavailable"}), UnavailableError),
        ("slack", told(200, {"ok": False, "error": "invalid_auth"}), UnavailableError),
        ("slack", told(200, {"ok": False, "error": "token_revoked"}), UnavailableError),
        ("slack", told(200, {"ok": False, "error": "channel_not_found"}), RejectedError),
        ("slack", told(200, {"ok": False, "error": "not_in_channel"}), RejectedError),
        ("slack", told(200, {"ok": False, "error": "msg_blocks_too_long"}), RejectedError),
        ("slack", told(200, {"ok": "true"}), RejectedError),
        ("telegram", told(401, {"ok": False, "error_code": 401}), UnavailableError),
        ("telegram", told(404, {"ok": False, "error_code": 404}), UnavailableError),
        ("telegram", told(400, {"ok": False, "description": "chat not found"}), RejectedError),
        ("telegram", told(403, {"ok": False, "description": "blocked"}), RejectedError),
        ("feishu", told(400, {"code": 230002, "msg": "not in the chat"}), RejectedError),
        ("feishu", told(200, {"code": 230001}), RejectedError),
        ("feishu", told(200, {"code": "abc"}), RejectedError),
        ("feishu", told(200, {"code": None}), RejectedError),
        ("feishu", told(200, {"msg": "no code"}), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(kind, answer, error):
    with pytest.raises((RejectedError, UnavailableError)) as caught:
        send(kind, answer)

    assert isinstance(caught.value, error)


@pytest.mark.parametrize("kind", PLATFORMS)
def test_where_nothing_listens_the_platform_is_unavailable_and_nothing_secret_is_told(kind):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{bound.getsockname()[1]}"
        channel = registry.outbound(kind, "main", {**VALUES[kind], "api": api})

        with pytest.raises(UnavailableError) as caught:
            channel.send(REPLY_TO[kind], PART)

    chain = (caught.value, caught.value.__cause__, caught.value.__context__)
    assert "canary" not in repr([(str(one), vars(one)) for one in chain if one])


def test_an_address_that_is_none_is_unavailable():
    with pytest.raises(UnavailableError, match="BrokenAnswerError"):
        http.post("http://127.0.0.1/a b", {})


def test_the_web_leaves_a_letter():
    asked = []

    def transport(method, service, path, headers, body):
        asked.append(json.loads(body))
        return b""

    file = StoredFile("results/1/0/a.pdf", "a.pdf", "application/pdf", 5)
    part = Part(text="done", key="k-0", error=True, files=(file,))
    with surroundings():
        current().give(aws.transport, transport)
        channel = registry.outbound("web", "main", {})
        channel.send({"lane": "web/main/ada", "message": "m1"}, part)

    ((put,),) = (one["TransactItems"] for one in asked)
    item = put["Put"]["Item"]
    letter = json.loads(item["letter"]["S"])
    assert item["pk"] == {"S": "mailbox#web/main/ada"}
    assert (letter["id"], letter["in_reply_to"], letter["error"]) == ("k-0", "m1", True)
    assert letter["files"][0]["name"] == "a.pdf"
    assert abs(letter["at"] - time.time()) < 60
