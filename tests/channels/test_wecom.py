"""WeCom's app: what is particular about messages of members, and answers and files to them."""

import pytest

from switchboard.channels.base import Part
from switchboard.channels.kit.wecom_message import fields_of, xml_ciphertext
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Attachment, Sender, StoredFile
from tests.doubles.forms import File
from tests.kit.channels import PART, envelope, received, sender
from tests.kit.fakes import Stored
from tests.kit.servers import Told, serving
from tests.signers import wecom

TEXT, IMAGE, VOICE, VIDEO, FILE, CLICK, CARD = wecom.EVENTS
TO = {"user": "member1"}


def test_a_message_of_a_member():
    found = envelope("wecom", TEXT)

    assert found.lane == "wecom/main/member1"
    assert found.sender == Sender("ww1436e0e65a779aee:member1")
    assert (found.text, found.attachments, found.reply_to) == ("/help", (), TO)
    assert received("wecom", TEXT).response.body == ""


@pytest.mark.parametrize(
    ("found", "name", "media_type", "media"),
    [
        (IMAGE, "image.jpg", "image/jpeg", "m1"),
        (VOICE, "voice.amr", "audio/amr", "m2"),
        (VIDEO, "video.mp4", "video/mp4", "m3"),
        (FILE, "file", "application/octet-stream", "m4"),
    ],
)
def test_a_file_alone_is_a_message(found, name, media_type, media):
    made = envelope("wecom", found)

    key = f"uploads/{made.id}/0"
    assert made.text == ""
    assert made.attachments == (Attachment(key, name, media_type, 0, {"media_id": media}),)


def test_a_message_is_known_by_its_id_and_a_button_by_who_pressed_it_when():
    found = [
        TEXT,
        {**TEXT, "MsgId": "99"},
        {**TEXT, "FromUserName": "member2"},
        CLICK,
        {**CLICK, "CreateTime": "1476422780"},
        {**CLICK, "EventKey": "/stop"},
        CARD,
    ]

    assert len({envelope("wecom", one).id for one in found}) == len(found)
    assert envelope("wecom", {**TEXT, "Content": "/stop"}).id == envelope("wecom", TEXT).id
    assert [envelope("wecom", one).text for one in (CLICK, CARD)] == ["/help"] * 2


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><Encrypt>QUJD</Encrypt></xml",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>",
        b"<!DOCTYPE x><xml><Encrypt>QUJD</Encrypt></xml>",
        b'<!entity x "y"><xml><Encrypt>QUJD</Encrypt></xml>',
    ],
)
def test_a_body_without_exactly_one_ciphertext_is_refused(body):
    with pytest.raises(BadSignatureError):
        xml_ciphertext(body)


def test_words_about_documents_are_words():
    words = "<!DOCTYPE html> <!ENTITY x> & <Encrypt>QUJD</Encrypt>"

    said = f"<xml><Content><![CDATA[{words}]]></Content><a>1</a><a>2</a></xml>"
    assert fields_of(said.encode()) == {"Content": words}
    assert fields_of(b"<xml><MsgId>1<b>2</b>3</MsgId></xml>") == {"MsgId": "13"}


def test_files_are_sent_after_the_words_and_what_is_not_taken_is_a_link(double, cloud):
    files = [("图.png", "image/png", b"image"), ("a.pdf", "a/pdf", b"a pdf"), ("b", "a/b", b"")]
    cloud.objects |= {name: Stored(kind, content) for name, kind, content in files}
    stored = tuple(StoredFile(name, name, kind, len(content)) for name, kind, content in files)

    sender("wecom", api=double.api).send(TO, Part("done", "k", files=stored))

    assert [one.chat for one in double.messages] == ["member1"] * 4
    assert [one.files for one in double.messages] == [(), ("图.png",), ("a.pdf",), ()]
    assert [one.content for one in double.media.values()] == [b"image", b"a pdf"]
    assert double.messages[-1].text.startswith("[b](https://")


def test_without_a_token_nothing_is_sent(double):
    with pytest.raises(UnavailableError, match="no token"):
        sender("wecom", api=double.api, corp_secret="another").send(TO, PART)
    broken = Told(body=b'{"access_token":5}')
    with serving(broken) as server, pytest.raises(UnavailableError, match="no token"):
        sender("wecom", api=server.url).send(TO, PART)


@pytest.mark.parametrize("content", [b"\x89PNG", b"", b"{not json", b'{"a": 1}', b'{"errcode": 0}'])
def test_a_file_of_a_member_is_fetched_unless_it_is_gone(double, content):
    double.media["m1"] = File("", "application/json", content)
    to = sender("wecom", api=double.api)

    found = to.download({"media_id": "m1"})

    assert (found.media_type, b"".join(found.chunks)) == ("application/json", content)
    with pytest.raises(RejectedError):
        to.download({"media_id": "gone"})
