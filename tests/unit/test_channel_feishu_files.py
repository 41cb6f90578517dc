"""Files that people send and buttons that they press in Feishu."""

import pytest

from switchboard.channels import bridge as registry
from switchboard.channels.base import Webhook
from tests import signers
from tests.kit.servers import Told, serving
from tests.kit.webhooks import body_of
from tests.unit.webhooks import NOW

PHOTO = [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]
TOKEN = Told(body=b'{"code":0,"tenant_access_token":"t-1","expire":7200}')
CONTENT = Told(headers={"content-type": "image/png; a=b"}, body=b"\x89PNG")


def channel(kind, **values):
    return registry.kind(kind)("main", {**signers.signer(kind).VALUES, **values})


def parsed(kind, event):
    return channel(kind).parse(hook_of(event))


def hook_of(event):
    return Webhook("POST", event["headers"], {}, body_of(event), NOW)


def file_of(kind, **found):
    given = {"name": "计划 v1.pdf", "media_type": "application/pdf", "number": 4, "now": NOW}
    (envelope,) = parsed(kind, signers.signer(kind).file_message("look", **{**given, **found}))
    return envelope


@pytest.mark.parametrize(
    ("kind", "text", "source"),
    [
        ("feishu", "", {"message": "om_4", "key": "file_4", "type": "file"}),
    ],
)
def test_a_file_is_an_attachment_that_its_channel_can_fetch(kind, text, source):
    envelope = file_of(kind)

    (file,) = envelope.attachments
    assert envelope.text == text
    assert (file.key, file.name) == (f"uploads/{envelope.id}/0", "计划 v1.pdf")
    assert file.source == source
    assert kind == "feishu" or (file.media_type, file.size) == ("application/pdf", 5)


@pytest.mark.parametrize(
    ("kind", "content", "files"),
    [
        ("image", {"image_key": "img_1"}, [("image", "img_1", "image")]),
        ("audio", {"file_key": "f1", "duration": 9}, [("file", "f1", "audio")]),
        (
            "media",
            {"file_key": "f1", "image_key": "i1", "file_name": "a.mp4"},
            [("file", "f1", "a.mp4")],
        ),
        (
            "post",
            {"content": [[{"text": "see"}, {"image_key": "i1"}], [{"file_key": "f1"}]]},
            [("image", "i1", "image"), ("file", "f1", "post")],
        ),
        ("sticker", {"file_key": "f1"}, []),
    ],
)
def test_what_feishu_calls_a_file(kind, content, files):
    event = signers.signer("feishu").said(kind, content, 4, 1, 1)

    (envelope,) = parsed("feishu", signers.signer("feishu").signed(event, now=NOW))

    found = [(one.source["type"], one.source["key"], one.name) for one in envelope.attachments]
    assert found == files


def test_feishu_s_file_is_fetched_with_the_tenant_s_token():
    source = {"message": "om_1", "key": "../x", "type": "image"}
    with serving(TOKEN, CONTENT) as server:
        found = channel("feishu", api=server.url).download(source)
        content = b"".join(found.chunks)

    assert content == b"\x89PNG"
    assert server.asked[1].path == "/open-apis/im/v1/messages/om_1/resources/..%2Fx?type=image"
    assert server.asked[1].headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("value", "text"),
    [({"text": "/approve 1"}, "/approve 1"), ("/approve 1", "/approve 1"), ({}, None), (5, None)],
)
def test_a_button_of_feishu_says_its_value(value, text):
    found = signers.signer("feishu").EVENTS[-1]
    event = {**found["event"], "action": {"value": value, "tag": "button"}}

    sent = signers.signer("feishu").signed({**found, "event": event}, now=NOW)
    envelopes = parsed("feishu", sent)

    assert [one.text for one in envelopes] == ([text] if text else [])
    if envelopes:
        assert (envelopes[0].sender.id, envelopes[0].conversation) == ("t1:ou_2", "oc_1")
        assert envelopes[0].reply_to == {"message_id": "om_5"}
