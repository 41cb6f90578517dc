"""Feishu: what is particular about its sealed events, cards, files and tokens."""

import base64
import json

import pytest

from switchboard.channels.base import Part
from switchboard.channels.base import Webhook as Hook
from switchboard.channels.kit.files import UNKNOWN
from switchboard.errors import BadSignatureError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.kit.servers import Told, serving
from tests.signers import feishu

OURS = feishu.VALUES["verification_token"]
CHALLENGE = {"type": "url_verification", "challenge": "ajls384kdjx98XX"}
BLOCKS = [base64.b64encode(b"0" * size).decode() for size in (15, 16, 17)]
TO = {"message_id": "om_1"}


@pytest.mark.parametrize("token", ["wrong", "", None, 5, "密", {"a": 1}])
def test_our_token_must_be_inside(token):
    found = feishu.otherwise()
    found["header"]["token"] = token

    with pytest.raises(BadSignatureError, match="token"):
        received("feishu", json.dumps(found).encode())


def unsigned(body):
    return Hook("POST", {"content-type": "application/json"}, {}, body, NOW)


def sealed(found, key=feishu.VALUES["encrypt_key"]):
    event = feishu.signed(found, now=NOW, values={**feishu.VALUES, "encrypt_key": key})
    return webhook(event).body


def test_the_challenge_comes_unsigned_and_encrypted():
    answer = receiver("feishu").receive(unsigned(sealed(CHALLENGE)))

    assert (answer.envelopes, answer.response.status) == ((), 200)
    assert json.loads(answer.response.body) == {"challenge": "ajls384kdjx98XX"}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({**CHALLENGE, "token": OURS}).encode(),
        sealed(json.dumps({**CHALLENGE, "token": "wrong"}).encode()),
        sealed(CHALLENGE, key="another"),
        sealed(feishu.otherwise()),
        sealed({"type": "event_callback"}),
        sealed(b"[]"),
        sealed(b"not JSON"),
        *(json.dumps({"encrypt": one}).encode() for one in ("", "!!!", "密", ["a"], *BLOCKS)),
        b'{"encrypt":"a","encrypt":"b"}',
        b'{"encrypt":' * 50_000,
    ],
    ids=lambda body: body[:40].decode(),
)
def test_nothing_else_is_accepted_unsigned(body):
    with pytest.raises(BadSignatureError):
        receiver("feishu").receive(unsigned(body))


def test_a_message_of_a_group():
    found = envelope("feishu", feishu.otherwise())

    assert (found.lane, found.sender) == ("feishu/main/oc_1", Sender("t1:ou_1"))
    assert (found.text, found.reply_to) == ("/help", {"message_id": "om_6"})
    assert envelope("feishu", feishu.otherwise(chat_type="p2p", mentions=[])).text == "/help"


RICH = [
    [
        {"tag": "at", "user_id": "@_user_1", "user_name": "Bot"},
        {"tag": "text", "text": " /note "},
        {"tag": "a", "href": "https://example.com", "text": "here"},
    ],
    [{"tag": "emotion", "emoji_type": "SMILE"}, {"tag": "text", "text": "two"}],
]
PICTURE = ("i1", "image", "image", "image/png")
PICTURES = [[{"text": "see"}, {"image_key": "i1"}], [{"file_key": "f1"}]]
FILM = {"file_key": "f1", "image_key": "i1", "file_name": "a.mp4"}


@pytest.mark.parametrize(
    ("kind", "content", "text", "files"),
    [
        ("text", {"text": "@_user_1 @_user_2 hi"}, "hi", []),
        ("text", {"text": "@_all /help"}, "@all /help", []),
        ("text", {}, "", []),
        ("post", {"title": "", "content": RICH}, "/note here\ntwo", []),
        ("post", {"title": "Plan", "content": [[{"text": "one"}]]}, "Plan\none", []),
        ("post", {"content": []}, "", []),
        ("post", {"content": PICTURES}, "see", [PICTURE, ("f1", "file", "post", UNKNOWN)]),
        ("image", {"image_key": "i1"}, "", [PICTURE]),
        ("file", {"file_key": "f1", "file_name": "a.pdf"}, "", [("f1", "file", "a.pdf", UNKNOWN)]),
        ("audio", {"file_key": "f1", "duration": 9}, "", [("f1", "file", "audio", "audio/ogg")]),
        ("media", FILM, "", [("f1", "file", "a.mp4", "video/mp4")]),
        ("sticker", {"file_key": "f1"}, "", []),
        ("merge_forward", "Merged and Forwarded Message", "", []),
    ],
)
def test_the_words_and_the_files_of_a_message(kind, content, text, files):
    found = envelope("feishu", feishu.otherwise(message_type=kind, content=json.dumps(content)))

    sent = [(*one.source.values(), one.name, one.media_type) for one in found.attachments]
    assert (found.text, sent) == (text, [("om_6", *one) for one in files])


@pytest.mark.parametrize("value", [{"text": "/approve 1"}, "/approve 1"])
def test_a_button_says_its_value_in_the_name_of_who_pressed_it(value):
    found = envelope("feishu", feishu.press(value))

    assert (found.text, found.sender.id, found.conversation) == ("/approve 1", "t1:ou_2", "oc_1")
    assert found.reply_to == {"message_id": "om_5"}


def told(body, status=200, **headers):
    return Told(status, json.dumps(body).encode(), headers)


TOKEN = {"code": 0, "tenant_access_token": "t-1", "expire": 7_200}
DONE = told({"code": 0})


def asked(*answers, times=1):
    """What the platform is asked when the part is sent again and again."""
    with serving(*answers) as server:
        made = sender("feishu", api=server.url)
        for _ in range(times):
            made.send(TO, PART)
    return server.asked


def test_an_answer_is_a_card_with_the_key_of_the_part():
    _, sent = asked(told(TOKEN), DONE)

    body = json.loads(sent.body)
    assert sent.path == "/open-apis/im/v1/messages/om_1/reply"
    assert sent.headers["authorization"] == "Bearer t-1"
    assert (body["msg_type"], body["uuid"]) == ("interactive", PART.key)
    card = json.loads(body["content"])
    assert card["body"]["elements"] == [{"tag": "markdown", "content": PART.text}]


@pytest.mark.parametrize(("seconds", "asked_for"), [(7_200, [0]), (1_800, [0, 2])])
def test_the_token_is_kept_until_little_is_left_of_it(seconds, asked_for):
    first, *others = asked(told({**TOKEN, "expire": seconds}), DONE, told(TOKEN), DONE, times=3)

    assert first.path == "/open-apis/auth/v3/tenant_access_token/internal"
    app = {name: feishu.VALUES[name] for name in ("app_id", "app_secret")}
    assert json.loads(first.body) == app
    assert [n for n, one in enumerate([first, *others]) if one.path == first.path] == asked_for


@pytest.mark.parametrize("code", [99991661, 99991663, 99991664])
def test_a_token_that_is_refused_is_renewed_at_the_next_try(code):
    with serving(told(TOKEN), told({"code": code}, 400), told(TOKEN), DONE) as server:
        made = sender("feishu", api=server.url)
        with pytest.raises(UnavailableError):
            made.send(TO, PART)
        made.send(TO, PART)

    assert len(server.asked) == 4


@pytest.mark.parametrize("body", [{"code": 10014}, {}, {"code": 0}])
def test_without_a_token_feishu_is_unavailable(body):
    with pytest.raises(UnavailableError):
        asked(told(body))


def test_patience_is_asked_for_in_a_header_of_its_own():
    with pytest.raises(RateLimitedError) as caught:
        asked(told(TOKEN), told({"code": 99991400}, 400, **{"x-ogw-ratelimit-reset": "60"}))

    assert caught.value.retry_after == 60.0


@pytest.fixture
def send(cloud, double):
    """Sends such a file."""
    to = {"message_id": double.write("C1")}

    def sends(name, media_type, content):
        cloud.objects[name] = Stored(media_type, content)
        file = StoredFile(name, name, media_type, len(content))
        sender("feishu", api=double.api).send(to, Part("done", PART.key, files=(file,)))

    return sends


@pytest.mark.parametrize(("size", "method"), [(4, "images"), (10 * 2**20 + 1, "files")])
def test_a_picture_is_shown_as_one_unless_it_is_too_big(double, send, size, method):
    send("a.png", "image/png", b"x" * size)

    assert any(one.path.endswith(f"/{method}") for one in double.requests)
    assert [one.files for one in double.messages] == [(), ("a.png",)]


def test_a_repeat_of_every_message_is_dropped(double, send):
    for _ in range(2):
        send('会议 "1".pdf', "application/pdf", b"%PDF")

    assert [(one.text, *one.files) for one in double.messages] == [("done",), ("", '会议 "1".pdf')]
    assert len({one.key for one in double.messages}) == 2


def test_an_empty_file_is_refused(send):
    with pytest.raises(RejectedError):
        send("a.txt", "text/plain", b"")


def test_a_file_is_fetched_with_the_tenants_token():
    source = {"message": "om_1", "key": "../x", "type": "image"}
    with serving(told(TOKEN), Told(body=b"\x89PNG")) as server:
        found = sender("feishu", api=server.url).download(source)
        assert b"".join(found.chunks) == b"\x89PNG"

    assert server.asked[1].path == "/open-apis/im/v1/messages/om_1/resources/..%2Fx?type=image"
    assert server.asked[1].headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("a <font color='red'>b</font> 1 < 2", "a <\u200bfont color='red'>b<\u200b/font> 1 < 2"),
        ("![plan](https://a.example/p.png)", "[plan](https://a.example/p.png)"),
        (
            "![](<https://a.example/p.png> 'x')",
            "[https://a.example/p.png](https://a.example/p.png)",
        ),
        ("`<b>![x](y)`\n```\n<b>\n```\n<b>", "`<b>![x](y)`\n```\n<b>\n```\n<\u200bb>"),
        ("`<at id=all>`", "`<\u200bat id=all>`"),
    ],
)
def test_a_card_is_made_of_others_words_without_tags_and_images(markdown, shown):
    assert sender("feishu").render(markdown) == shown
