"""Google Chat: who may send to us, what is particular about its events, and how it is answered."""

import json

import pytest

from switchboard.channels.base import Part
from switchboard.errors import BadSignatureError, UnavailableError
from switchboard.models import Sender
from tests.kit.channels import NOW, PART, envelope, received, receiver, sender, webhook
from tests.signers import googlechat, keys
from tests.signers.googlechat import clicked, said

REPLY_TO = {"space": "spaces/AAAA1", "thread": "spaces/AAAA1/threads/BBBB"}
ADD_ON = "service-1234567890@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
NUMBER = {"audience": "1234567890"}


def told(values, signed_with, **claims):
    """What is received with such values, of a token made with others."""
    held = {**googlechat.VALUES, **signed_with}
    event = googlechat.signed(said("/help"), now=NOW, values=held, **claims)
    return receiver("googlechat", **values).receive(webhook(event))


@pytest.mark.parametrize("values", [{}, NUMBER, {"principal": ADD_ON}], ids=str)
def test_every_form_of_token_is_taken_for_its_account(values):
    assert told(values, values).envelopes


@pytest.mark.parametrize(
    "claims",
    [
        *({"email": one} for one in ("somebody@gmail.com", ADD_ON, None, [googlechat.CHAT])),
        {"email": ADD_ON.replace("1234567890", "666")},
        *({"email_verified": one} for one in (False, "true", None)),
        {"iss": "https://accounts.google.com.evil.example"},
        {"iss": googlechat.CHAT},
        *({"aud": one} for one in ("https://other.example.com/", "1234567890")),
        {"exp": NOW - 301},
    ],
    ids=str,
)
def test_another_principal_is_refused_whoever_signed_for_it(claims):
    with pytest.raises(BadSignatureError):
        told({}, {}, **claims)


@pytest.mark.parametrize(
    ("values", "signed_with", "claims"),
    [
        (NUMBER, NUMBER, {"iss": "https://accounts.google.com"}),
        (NUMBER, NUMBER, {"aud": "666"}),
        ({**NUMBER, "principal": ADD_ON}, NUMBER, {}),
        ({}, NUMBER, {}),
        (NUMBER, {}, {}),
    ],
)
def test_a_project_number_needs_the_issuer_and_a_token_of_its_own_form(values, signed_with, claims):
    with pytest.raises(BadSignatureError):
        told(values, signed_with, **claims)


@pytest.mark.parametrize("found", [said("/help"), googlechat.in_add_on(said("/help"))])
def test_a_message_is_read_in_both_forms(found):
    one = envelope("googlechat", found)

    assert (one.sender, one.text) == (Sender("users/1", name="Ada"), "/help")
    assert one.lane == "googlechat/main/spaces/AAAA1"
    assert one.reply_to == REPLY_TO
    assert received("googlechat", found).response.body == "{}"


def test_a_pressed_button_is_the_text_that_it_carries_and_counts_once():
    first, again = (envelope("googlechat", clicked("approve 1")) for _ in range(2))
    later = envelope("googlechat", {**clicked("approve 1"), "eventTime": "later"})

    assert (first.text, first.sender.id) == ("approve 1", "users/1")
    assert first.id == again.id != later.id


def test_a_slash_command_stays_as_it_was_written():
    found = said("x")
    found["message"] |= {"text": "@Switchboard /github issues.list", "argumentText": " issues.list"}
    found["message"]["slashCommand"] = {"commandId": 1}

    assert envelope("googlechat", found).text == "/github issues.list"


def test_a_file_comes_along_with_its_resource():
    (file,) = envelope("googlechat", googlechat.EVENTS[3]).attachments

    assert (file.name, file.media_type) == ("a.pdf", "application/pdf")
    assert file.source == {"resource": "spaces/AAAA1/attachments/1"}


def test_an_answer_goes_into_the_thread_if_there_is_one(double):
    made = sender("googlechat", api=double.api)
    made.send(REPLY_TO, PART)
    made.send({**REPLY_TO, "thread": ""}, Part("more", "k-1"))

    first, more = double.messages
    assert (first.chat, first.target, first.key) == (*REPLY_TO.values(), PART.key)
    assert more.target == ""


@pytest.mark.parametrize(
    "account",
    [
        "canary",
        "[]",
        '{"client_email": "canary"}',
        '{"client_email": "a", "private_key": "canary"}',
        json.dumps({"client_email": "another", "private_key": keys.PEM}),
    ],
    ids=lambda value: value[:40],
)
def test_a_service_account_that_is_none_is_for_the_operator_and_is_not_told(double, account):
    with pytest.raises(UnavailableError) as caught:
        sender("googlechat", api=double.api, service_account=account).send(REPLY_TO, PART)

    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**bold** *it* ~~gone~~ `a*b`", "*bold* _it_ ~gone~ `a*b`"),
        ("# Head\n\ntext", "*Head*\n\ntext"),
        ("[words](https://example.com/?a=1&b=2)", "<https://example.com/?a=1&b=2|words>"),
        ("[words](javascript:alert)", "words"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("- a\n- b", "• a\n• b"),
        ("```py\na < b\n```", "```\na < b\n```"),
        ("> a\n> b", "> a\n> b"),
        ("a < b && c", "a < b && c"),
        ("<users/all> hi", "<\u200busers/all> hi"),
        ("<b>会议</b>", "<\u200bb>会议<\u200b/b>"),
    ],
)
def test_markdown_is_written_as_google_chat_has_it(markdown, text):
    assert sender("googlechat").render(markdown) == text
