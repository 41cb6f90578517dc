"""WhatsApp: what is particular about its set-up, its messages, its window and its media."""

import time

import pytest
from msgspec import structs

from switchboard.channels.base import Part, Response
from switchboard.errors import BadSignatureError, ClosedWindowError, RejectedError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.kit.fakes import Stored
from tests.signers import whatsapp
from tests.signers.whatsapp import TEXT, of

PHONE, PERSON = "106540350001", "16505550001"


def asked(**query):
    hook = webhook(whatsapp.handshake())
    changes = {f"hub.{name}": value for name, value in query.items()}
    return structs.replace(hook, query={**hook.query, **changes})


def test_the_set_up_request_is_answered_with_its_challenge():
    answer = receiver("whatsapp").receive(asked())

    assert answer.envelopes == ()
    assert answer.response == Response(200, whatsapp.CHALLENGE, "text/plain")


def test_a_blank_in_the_token_may_come_as_a_plus_as_forms_write_it():
    token = whatsapp.VALUES["verify_token"]

    for given in (token, token.replace(" ", "+")):
        assert receiver("whatsapp").receive(asked(verify_token=given)).response.body


@pytest.mark.parametrize(
    "query",
    [
        *({"verify_token": one} for one in ("wrong", "", "密")),
        {"mode": "unsubscribe"},
        {"mode": ""},
    ],
)
def test_a_set_up_request_with_another_token_is_refused(query):
    with pytest.raises(BadSignatureError):
        receiver("whatsapp").receive(asked(**query))


def test_the_previous_token_holds_while_it_is_rotated():
    new = {"verify_token": "the next one, which is long enough too"}
    before = {"verify_token.previous": whatsapp.VALUES["verify_token"]}

    with pytest.raises(BadSignatureError):
        receiver("whatsapp", **new).receive(asked())
    assert receiver("whatsapp", **new, **before).receive(asked()).response.body


def test_a_signature_says_nothing_of_a_get_nor_a_token_of_a_post():
    signed = webhook(whatsapp.signed(of(TEXT), now=NOW))

    for hook in (structs.replace(signed, method="GET"), structs.replace(asked(), method="POST")):
        with pytest.raises(BadSignatureError):
            receiver("whatsapp").receive(hook)


def test_a_text_is_a_message_that_can_be_answered_for_a_day_after_it_was_written():
    found = envelope("whatsapp", of(TEXT), now=NOW + 60)

    assert found.lane == f"whatsapp/main/{PHONE}:{PERSON}"
    assert (found.sender.id, found.text) == (PERSON, "Café 😀 你好?")
    until = str(int(NOW) + 86_400)
    assert found.reply_to == {"phone": PHONE, "to": PERSON, "message": "wamid.1", "until": until}
    assert envelope("whatsapp", of(TEXT | {"from": "1"})).id != found.id
    for stamp in ("", "²", "9" * 13):
        untold = envelope("whatsapp", of(TEXT | {"timestamp": stamp}), now=NOW + 60)
        assert untold.reply_to["until"] == str(int(NOW) + 86_460)


def test_one_webhook_holds_many_messages():
    other = {**TEXT, "id": "wamid.2", "from": "4915100000001"}
    found = received("whatsapp", of(TEXT, whatsapp.REACTION, other)).envelopes

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
    found = envelope("whatsapp", of(said))

    assert found.text == text
    assert [(one.name, one.media_type, one.source) for one in found.attachments] == files


@pytest.fixture
def send(double):
    """Answers a message that somebody has written, of whose address some is perhaps otherwise."""
    message, until = double.write(PERSON), str(int(time.time()) + 86_400)
    place = {"phone": PHONE, "to": PERSON, "message": message, "until": until}

    def to(part=PART, **otherwise):
        sender("whatsapp", api=double.api).send({**place, **otherwise}, part)

    return to


def test_an_answer_is_put_to_its_message(double, send):
    send()

    (sent,) = double.messages
    assert (sent.chat, sent.target, sent.text) == (f"{PHONE}:{PERSON}", "wamid.1", "done")


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (StoredFile("x", "a.png", "image/png", 5), "image"),
        (StoredFile("x", "a.png", "image/png", 6 * 2**20), "document"),
        (StoredFile("x", "a.mp3", "audio/mpeg", 5), "audio"),
        (StoredFile("x", "a.mp4", "video/mp4", 5), "video"),
        (StoredFile("x", '会议 "1".pdf', "application/pdf", 5), "document"),
    ],
)
def test_a_file_is_uploaded_and_shown(cloud, double, send, file, kind):
    cloud.objects["x"] = Stored(file.media_type, b"12345")
    send(Part("done", PART.key, files=(file,)))

    assert [(one.text, *one.files) for one in double.messages] == [("done",), ("", file.name)]
    shown = double.requests[-1].json()
    assert shown["type"] == kind
    assert shown[kind].get("filename") == (file.name if kind == "document" else None)


def test_after_a_day_nothing_is_sent(double, send):
    with pytest.raises(ClosedWindowError):
        send(until="1")
    assert double.requests == []


def test_a_file_is_fetched_in_two_steps_and_from_nowhere_else(double):
    media = double.host("会议 1.pdf", "application/pdf", b"12345")
    made = sender("whatsapp", api=double.api)

    found = made.download({"media": media})
    assert (found.media_type, b"".join(found.chunks)) == ("application/pdf", b"12345")
    with pytest.raises(RejectedError):
        made.download({"media": "no such media"})
    double.url_of_media = "https://example.com/a"
    with pytest.raises(RejectedError):
        made.download({"media": media})


BSUID = "US.13491208655302741918"


@pytest.mark.parametrize(
    ("ids", "sender", "to"),
    [
        ({"from": PERSON}, Sender(PERSON), PERSON),
        ({"from": "", "from_user_id": BSUID}, Sender(BSUID), BSUID),
        ({"from": PERSON, "from_user_id": BSUID}, Sender(BSUID, formerly=PERSON), PERSON),
    ],
)
def test_a_person_is_who_meta_says_for_good_and_may_be_paired_by_their_number(ids, sender, to):
    found = envelope("whatsapp", of(TEXT | ids))

    assert (found.sender, found.reply_to["to"]) == (sender, to)


@pytest.mark.parametrize(("to", "field"), [(PERSON, "to"), (BSUID, "recipient")])
def test_who_hides_their_number_is_answered_by_their_id(double, to, field):
    double.write(to)
    place = {"phone": PHONE, "to": to, "message": "wamid.1", "until": str(int(time.time()) + 60)}
    sender("whatsapp", api=double.api).send(place, PART)

    sent = double.requests[-1].json()
    assert (sent[field], "to" in sent, "recipient" in sent) == (to, field == "to", field != "to")


@pytest.mark.parametrize("mark", ["forwarded", "frequently_forwarded"])
def test_what_was_forwarded_is_quoted(mark):
    said = TEXT | {"text": {"body": "/stop"}, "context": {mark: True}}

    assert envelope("whatsapp", of(said)).text == "> /stop"
