"""WhatsApp: what proves a webhook, what is read out of it, and what is pushed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.errors import BadRequestError, BadSignatureError
from tests.signers import whatsapp
from tests.unit.arriving import arrived, changed, understood, variants
from tests.unit.webhooks import JSON, NOW, webhook

SIGNATURE = "x-hub-signature-256"
PHONE, PERSON = "106540350001", "16505550001"


def made(account="main", **values):
    return registry.inbound("whatsapp", account, {**whatsapp.VALUES, **values})


def parsed(*said, account="main", chat=1):
    found = whatsapp.callback(whatsapp.change(list(said), chat=chat))
    hook = arrived(whatsapp.signed(found, now=NOW))
    made().verify(hook)
    return made(account).parse(hook)


def asked(**query):
    hook = arrived(whatsapp.handshake())
    return changed(hook, query={**hook.query, **query})


def test_the_set_up_request_is_answered_with_its_challenge():
    made().verify(asked())

    answer = made().handshake(asked())

    assert (answer.status, answer.body) == (200, whatsapp.CHALLENGE)
    assert answer.content_type == "text/plain"


def test_a_blank_in_the_token_may_come_as_a_plus_as_forms_write_it():
    made().verify(asked(**{"hub.verify_token": whatsapp.VALUES["verify_token"].replace(" ", "+")}))


@pytest.mark.parametrize(
    "query",
    [
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "密"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
    ],
)
def test_a_set_up_request_with_another_token_is_refused(query):
    with pytest.raises(BadSignatureError):
        made().verify(asked(**query))


def test_a_signature_says_nothing_of_a_get_nor_a_token_of_a_post():
    signed = arrived(whatsapp.signed(whatsapp.callback(), now=NOW))

    with pytest.raises(BadSignatureError):
        made().verify(changed(signed, method="GET"))
    with pytest.raises(BadSignatureError):
        made().verify(changed(asked(), method="POST"))


@pytest.mark.parametrize(
    "change",
    [
        lambda right: None,
        lambda right: "",
        lambda right: right.removeprefix("sha256="),
        lambda right: right.replace("sha256=", "sha1="),
        lambda right: f"{right},{right}",
        lambda right: right[:-1],
        lambda right: "sha256=" + "0" * 64,
        lambda right: "签",
    ],
)
def test_a_wrong_signature_is_refused(change):
    hook = arrived(whatsapp.signed(whatsapp.callback(), now=NOW))

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={SIGNATURE: change(hook.headers[SIGNATURE])}))


def test_a_signature_covers_the_bytes_as_meta_wrote_them():
    hook = arrived(whatsapp.signed(whatsapp.EVENTS[0], now=NOW))
    again = json.dumps(json.loads(hook.body), ensure_ascii=False).encode()
    made().verify(hook)

    assert json.loads(again) == json.loads(hook.body)
    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, body=again))


def test_previous_secrets_hold_while_they_are_rotated():
    for name, hook in (
        ("app_secret", arrived(whatsapp.signed(whatsapp.callback(), now=NOW))),
        ("verify_token", asked()),
    ):
        new = {name: "the next one, which is long enough too"}
        with pytest.raises(BadSignatureError):
            made(**new).verify(hook)
        made(**new, **{f"{name}.previous": whatsapp.VALUES[name]}).verify(hook)


def test_a_text_is_a_message():
    hook = arrived(whatsapp.signed(whatsapp.EVENTS[0], now=NOW), NOW + 60)

    (one,) = made().parse(hook)

    assert made().handshake(hook) is None
    assert made().acknowledge(hook).status == 200
    assert one.lane == f"whatsapp/main/{PHONE}:{PERSON}"
    assert (one.sender.id, one.text) == (PERSON, "Café 😀 你好?")
    assert one.reply_to == {
        "phone": PHONE,
        "to": PERSON,
        "message": "wamid.1",
        "until": str(int(NOW) + 86_400),
    }


def test_one_webhook_holds_many_messages():
    other = {**whatsapp.TEXT, "id": "wamid.2", "from": "4915100000001"}

    found = parsed(whatsapp.TEXT, whatsapp.REACTION, other)

    assert [one.sender.id for one in found] == [PERSON, "4915100000001"]


@pytest.mark.parametrize(
    ("said", "text", "files"),
    [
        (whatsapp.VOICE, "", [("audio.ogg", "audio/ogg", {"media": "77"})]),
        (whatsapp.DOCUMENT, "see", [("a.pdf", "application/pdf", {"media": "78"})]),
        (whatsapp.BUTTON, "/help", []),
        (whatsapp.CHOSEN, "/help", []),
    ],
)
def test_files_and_buttons(said, text, files):
    (one,) = parsed(said)

    assert one.text == text
    assert [(file.name, file.media_type, file.source) for file in one.attachments] == files


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {
        parsed(whatsapp.TEXT)[0].id,
        parsed(whatsapp.TEXT | {"id": "wamid.2"})[0].id,
        parsed(whatsapp.TEXT | {"from": "1"})[0].id,
        parsed(whatsapp.TEXT, chat=2)[0].id,
        parsed(whatsapp.TEXT, account="second")[0].id,
    }

    assert len(ids) == 5
    assert parsed(whatsapp.TEXT)[0].id in ids


@pytest.mark.parametrize(
    "said",
    [
        whatsapp.REACTION,
        whatsapp.TEXT | {"type": "sticker"},
        whatsapp.TEXT | {"type": "unsupported", "errors": [{"code": 131051}]},
        whatsapp.TEXT | {"group_id": "G1"},
        whatsapp.TEXT | {"text": {"body": "  "}},
        whatsapp.TEXT | {"type": ["text"]},
    ],
)
def test_what_says_nothing_to_us_is_ignored(said):
    assert parsed(said) == []


@pytest.mark.parametrize("found", whatsapp.OTHERS)
def test_what_became_of_our_answers_is_ignored(found):
    assert made().parse(arrived(whatsapp.signed(found, now=NOW))) == []


@pytest.mark.parametrize("name", ["id", "from"])
def test_a_message_without_its_ids_is_malformed(name):
    with pytest.raises(BadRequestError):
        parsed(whatsapp.TEXT | {name: ""})


def test_whatever_is_missing_or_of_another_kind_is_ignored_or_malformed():
    bodies = [one for found in whatsapp.EVENTS + whatsapp.OTHERS for one in variants(found)]

    assert len(bodies) > 1000
    for found in bodies:
        understood(made(), webhook(json.dumps(found).encode(), JSON))


@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=40))
def test_nothing_unsigned_is_verified(body, signature, token):
    hook = webhook(body, {**JSON, SIGNATURE: signature})

    with pytest.raises(BadSignatureError):
        made().verify(hook)
    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, method="GET", query={"hub.verify_token": token}))
