"""What Feishu is sent, and what is made of its answers."""

import json

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from tests.kit.servers import Told, serving

PART = Part(text="**done** <b> & 会议", key="0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")
VALUES = {
    "feishu": {"app_id": "cli_example", "app_secret": "example-canary"},
}
REPLY_TO = {
    "feishu": {"message_id": "om_1"},
}
TOKEN = Told(body=b'{"code":0,"tenant_access_token":"t-example","expire":7200}')
DONE = {
    "feishu": Told(body=b'{"code":0,"msg":"success"}'),
}


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


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
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
