"""QQ: what is particular about its messages, the validation that we sign, and its answers."""

import json
import time

import pytest
from msgspec import structs

from switchboard.channels.base import Part
from switchboard.channels.kit import ed25519
from switchboard.channels.qq.receive import SIGNED, seed_of
from switchboard.errors import BadRequestError, BadSignatureError, ClosedWindowError
from switchboard.errors import RejectedError as Rejected
from switchboard.errors import UnavailableError as Unavailable
from switchboard.models import StoredFile
from tests.doubles.server import Answer
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.signers import qq

CHAT = "groups/C9F778FE6ADF9D1D1DBE395BF744A33A"
PICTURE = StoredFile("results/1/0/a.png", "a.png", "image/png", 5)
TABLE = StoredFile("results/1/1/b.csv", "b.csv", "text/csv", 5)


def group(**fields):
    return qq.dispatched("GROUP_AT_MESSAGE_CREATE", {**qq.GROUP, **fields})


def validation(token="Arq0D5A61EgUu4OxUvOp", stamp="1725442341"):
    return {"op": 13, "d": {"plain_token": token, "event_ts": stamp}}


def unsigned(body):
    """Such a body as it comes without a signature."""
    return webhook(qq.signed(body, now=NOW), headers=dict.fromkeys(SIGNED))


def test_the_vendors_validation_is_answered_with_the_vendors_signature():
    answer = receiver("qq").receive(unsigned(qq.VALIDATION))

    told = json.loads(answer.response.body)
    assert (answer.envelopes, told["plain_token"]) == ((), "Arq0D5A61EgUu4OxUvOp")
    assert told["signature"].startswith("87befc99c42c651b3aac0278e71ada33")


@pytest.mark.parametrize(
    "asked",
    [
        *(validation(token=one) for one in ('{"op":0}', "", "a" * 65, "é", "a\n")),
        *(validation(stamp=one) for one in ("1760000000{", "", "１７６０")),
        {"op": 13},
        {"op": 13, "d": {"plain_token": 5, "event_ts": 5}},
        {"op": "13", "d": validation()["d"]},
        group(),
        qq.VALIDATION + b" " * 1_024,
        b"not JSON",
    ],
    ids=str,
)
def test_nothing_else_is_signed(asked):
    """It would be an oracle: the same key signs events."""
    with pytest.raises(BadSignatureError):
        receiver("qq").receive(unsigned(asked))


def test_an_event_that_an_oracle_signed_would_hold_so_ours_signs_none():
    body, stamp = json.dumps(group()).encode(), str(int(NOW))
    forged = ed25519.sign(seed_of(qq.VALUES["bot_secret"]), stamp.encode() + body)
    hook = unsigned(body)
    signed = structs.replace(hook, headers={**hook.headers, SIGNED[0]: forged, SIGNED[1]: stamp})

    assert receiver("qq").receive(signed).envelopes
    with pytest.raises(BadRequestError):
        received("qq", validation(body.decode(), stamp))


@pytest.mark.parametrize("signature", ["0" * 128, None])
def test_a_signature_on_a_validation_is_checked_where_there_is_one(signature):
    event = qq.signed(validation(), now=NOW)

    assert receiver("qq").receive(webhook(event)).response.body
    with pytest.raises(BadSignatureError):
        receiver("qq").receive(webhook(event, headers={SIGNED[0]: signature}))


def test_a_mention_in_a_group():
    found = envelope("qq", group(content=" /help "))

    assert json.loads(received("qq", group()).response.body) == {"op": 12, "d": 0}
    assert found.lane == f"qq/main/{CHAT}"
    assert (found.sender.id, found.text) == ("E4F4AEA33253A2797FB897C50B81D7ED", "/help")
    until = str(int(NOW) + 300)
    assert found.reply_to == {"chat": CHAT, "message": "ROBOT1.0_1", "until": until}
    assert envelope("qq", {**group(), "id": "another frame"}).id == found.id


def test_a_voice_of_a_person_alone_is_a_file():
    found = envelope("qq", qq.EVENTS[1])

    (voice,) = found.attachments
    assert (found.text, found.conversation) == ("", "users/E4F4AEA33253A2797FB897C50B81D7ED")
    assert found.reply_to["until"] == str(int(NOW) + 3600)
    assert (voice.key, voice.media_type, voice.size) == (f"uploads/{found.id}/0", "audio/wav", 0)
    assert voice.source == {"url": f"{qq.FILES}/download?fileid=2"}


@pytest.mark.parametrize(
    ("file", "name", "media_type"),
    [
        ({"url": "//a.qpic.cn/1", "content_type": "file"}, "file-0", "application/octet-stream"),
        ({"url": "a.qpic.cn/1", "content_type": "voice"}, "file-0", "audio/silk"),
        ({"url": "https://a.qpic.cn/1", "filename": "a.png"}, "a.png", "application/octet-stream"),
    ],
)
def test_a_file_has_a_name_a_kind_and_a_whole_address(file, name, media_type):
    (one,) = envelope("qq", group(attachments=[{**file, "size": 5}])).attachments

    assert (one.name, one.media_type, one.size) == (name, media_type, 5)
    assert one.source == {"url": "https://a.qpic.cn/1"}


@pytest.fixture
def send(double, cloud):
    """Answers a message that somebody has written, of whose address some is perhaps otherwise."""
    place = {"chat": CHAT, "message": double.write(CHAT), "until": str(int(time.time()) + 300)}

    def to(key=PART.key, files=(), bot_secret=qq.VALUES["bot_secret"], **otherwise):
        made = sender("qq", api=double.api, bot_secret=bot_secret)
        made.send({**place, **otherwise}, Part("完成", key, files=files))

    return to


def keyed(*indexes):
    return [f"{PART.key[:-1]}{index}" for index in indexes]


def test_an_answer_is_put_to_its_message(double, send):
    for key in keyed(0, 1, 2):
        send(key)

    assert {(one.chat, one.target, one.text) for one in double.messages} == {
        (CHAT, "ROBOT1.0_1", "完成")
    }
    paths = [one.path for one in double.requests]
    assert paths == ["/app/getAppAccessToken", *[f"/v2/{CHAT}/messages"] * 3]


def test_the_parts_of_an_answer_count_up_and_those_of_another_differ(double, send):
    for key in (*keyed(0, 1, 12), f"7a1c{PART.key[4:]}", "wordless"):
        send(key)

    numbers = [int(one.key) for one in double.messages]
    assert numbers[:3] == sorted(numbers[:3])
    assert len(set(numbers)) == 5
    assert all(0 < number < 2**31 for number in numbers)
    with pytest.raises(ClosedWindowError):  # the sixth is one too many
        send(*keyed(5))


def test_a_file_is_uploaded_and_shown(double, send):
    send(files=(PICTURE, TABLE))

    assert [one.text for one in double.messages] == ["完成", "", ""]
    assert [one.files for one in double.messages] == [(), ("a.png",), ("b.csv",)]
    assert [one["file_type"] for one in double.uploads] == [1, 4]
    assert "/results/1/0/a.png" in double.uploads[0]["url"]


def test_when_qq_does_not_take_a_file_nothing_is_sent(double, send):
    double.refused_types = {4}
    with pytest.raises(Rejected):
        send(files=(PICTURE, TABLE))

    assert double.messages == []


def test_after_the_window_nothing_is_sent(double, send):
    with pytest.raises(ClosedWindowError):
        send(until=str(int(time.time()) - 1))

    assert double.requests == []


@pytest.mark.parametrize("code", [304023, 304024, 40054005])
def test_what_is_reviewed_or_was_sent_before_is_done(double, send, code):
    double.trouble(Answer({"code": code, "message": "refused"}, 202))

    send()


def test_a_token_that_is_refused_is_asked_for_again(double, send):
    send(*keyed(0))
    double.token = "example-second-token"
    with pytest.raises(Unavailable):
        send(*keyed(1))
    send(*keyed(1))

    assert len(double.messages) == 2


def test_with_a_wrong_secret_there_is_no_token(send):
    with pytest.raises(Unavailable, match="no access token"):
        send(bot_secret="wrong")
