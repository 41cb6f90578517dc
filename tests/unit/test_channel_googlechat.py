"""Google Chat: who may send to us, what is read of an event, and how it is answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.credentials import tokens
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender
from tests.doubles.googlechat import GoogleChatDouble
from tests.doubles.server import Answer, Trouble
from tests.signers import googlechat, keys
from tests.unit.webhooks import NOW, arrived, webhook

PART = Part(text="*done*", key="k-0")
REPLY_TO = {"space": "spaces/AAAA1", "thread": "spaces/AAAA1/threads/BBBB"}
ADD_ON = "service-1234567890@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
NUMBER = {"audience": "1234567890"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def made(**values):
    return registry.inbound("googlechat", "main", {**googlechat.VALUES, **values})


def hook_of(found=None, values=None, **changes):
    told = {**googlechat.VALUES, **(values or {})}
    event = googlechat.signed(found or googlechat.said("/help"), now=NOW, values=told, **changes)
    return arrived(event)


def parsed(found):
    hook = hook_of(found)
    made().verify(hook)
    return made().parse(hook)


@pytest.fixture
def double():
    tokens.forget("googlechat/main")
    with GoogleChatDouble() as found:
        yield found
    tokens.forget("googlechat/main")


def outward(double, **values):
    told = {**googlechat.VALUES, "api": double.api, **values}
    return registry.outbound("googlechat", "main", told)


@pytest.mark.parametrize("found", [googlechat.said("/help"), googlechat.EVENTS[2]])
def test_a_message_is_read_in_both_forms(found):
    (envelope,) = parsed(found)

    assert envelope.sender == Sender("users/1", name="Ada")
    assert envelope.text == "/help"
    assert envelope.lane == "googlechat/main/spaces/AAAA1"
    assert envelope.reply_to == REPLY_TO


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {parsed(googlechat.said("a", number, chat))[0].id for number in (1, 2) for chat in (1, 2)}

    assert len(ids) == 4
    assert parsed(googlechat.said("again"))[0].id in ids


@pytest.mark.parametrize("values", [{}, NUMBER, {"principal": ADD_ON}], ids=str)
def test_every_form_of_token_is_taken_for_its_account(values):
    made(**values).verify(hook_of(values=values))


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "somebody@gmail.com"},
        {"email": ADD_ON},
        {"email": ADD_ON.replace("1234567890", "666")},
        {"email": None},
        {"email": [googlechat.CHAT]},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"iss": "https://accounts.google.com.evil.example"},
        {"iss": googlechat.CHAT},
        {"aud": "https://other.example.com/"},
        {"aud": "1234567890"},
        {"exp": NOW - 301},
    ],
    ids=str,
)
def test_another_principal_is_refused_whoever_signed_for_it(claims):
    with pytest.raises(BadSignatureError):
        made().verify(hook_of(**claims))


def test_a_project_number_is_not_enough_without_the_issuer():
    for claims in ({"iss": "https://accounts.google.com"}, {"aud": "666"}):
        with pytest.raises(BadSignatureError):
            made(**NUMBER).verify(hook_of(values=NUMBER, **claims))
    with pytest.raises(BadSignatureError, match="principal"):
        made(**NUMBER, principal=ADD_ON).verify(hook_of(values=NUMBER))


def test_a_token_for_one_form_is_refused_by_the_other():
    with pytest.raises(BadSignatureError):
        made().verify(hook_of(values=NUMBER))
    with pytest.raises(BadSignatureError):
        made(**NUMBER).verify(hook_of())


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Bearer x"}])
def test_without_a_token_nothing_is_taken(headers):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(b"{}", headers))


@pytest.mark.parametrize(
    "found",
    [
        {"type": "ADDED_TO_SPACE", "space": {"name": "spaces/A"}},
        {"type": "REMOVED_FROM_SPACE"},
        {"type": ["MESSAGE"]},
        {"type": None},
        {"chat": {"addedToSpacePayload": {}}},
        {"chat": {"messagePayload": []}},
        {**googlechat.said(""), "message": googlechat.clicked("")["message"]},
        {**googlechat.clicked("x"), "common": {"parameters": {"text": 5}}},
        {**googlechat.clicked("x"), "common": []},
        googlechat.clicked(" "),
        googlechat.said(""),
    ],
    ids=lambda found: str(found)[:60],
)
def test_a_bots_words_and_what_is_no_message_are_ignored(found):
    assert parsed(found) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "spaces/OTHER/messages/1"),
        ("name", "spaces/AAAA1/messages/../../1"),
        ("name", ""),
        ("thread", {"name": "spaces/OTHER/threads/1"}),
        ("thread", {"name": "spaces/AAAA1/threads/1?x=1"}),
        ("sender", {"name": "sasha@example.com"}),
        ("sender", {}),
        ("sender", None),
    ],
)
def test_a_message_without_its_names_or_of_two_spaces_is_malformed(name, value):
    found = googlechat.said("/help")
    found["message"][name] = value

    with pytest.raises(BadRequestError):
        parsed(found)


def test_a_pressed_button_is_the_text_that_it_carries_and_counts_once():
    first, again = (parsed(googlechat.clicked("approve 1"))[0] for _ in range(2))
    later = parsed({**googlechat.clicked("approve 1"), "eventTime": "later"})[0]

    assert (first.text, first.sender.id) == ("approve 1", "users/1")
    assert first.id == again.id != later.id


def test_a_slash_command_stays_as_it_was_written():
    found = googlechat.said("x")
    found["message"] |= {"text": "@Switchboard /github issues.list", "argumentText": " issues.list"}
    found["message"]["slashCommand"] = {"commandId": 1}

    assert parsed(found)[0].text == "/github issues.list"


def test_a_file_comes_along_with_its_resource():
    (envelope,) = parsed(googlechat.EVENTS[3])

    (file,) = envelope.attachments
    assert (file.name, file.media_type) == ("a.pdf", "application/pdf")
    assert file.source == {"resource": "spaces/AAAA1/attachments/1"}


def test_an_answer_is_posted_once_into_the_thread_however_often_it_is_tried(double):
    double.trouble(Trouble.DROPPED_AFTER)
    with pytest.raises(UnavailableError):
        outward(double).send(REPLY_TO, PART)
    outward(double).send(REPLY_TO, PART)

    (message,) = double.messages
    assert (message.chat, message.target, message.text) == (
        "spaces/AAAA1",
        "spaces/AAAA1/threads/BBBB",
        "*done*",
    )
    assert message.key == PART.key
    assert len(double.tokens) == 1


def test_a_refused_token_is_renewed_at_the_next_try(double):
    outward(double).send(REPLY_TO, PART)
    double.tokens.clear()

    with pytest.raises(UnavailableError):
        outward(double).send(REPLY_TO, PART)
    outward(double).send({**REPLY_TO, "thread": ""}, Part("more", "k-1"))

    assert [one.target for one in double.messages] == [REPLY_TO["thread"], ""]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"error": {}}, 403), RejectedError),
        (Answer({"error": {}}, 404), RejectedError),
        (Answer({"error": {}}, 400), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises(error):
        outward(double).send(REPLY_TO, PART)


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
        outward(double, service_account=account).send(REPLY_TO, PART)

    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_file_is_fetched_by_its_resource_alone(double):
    double.files["spaces/AAAA1/attachments/1"] = ("image/png", b"pixels")

    found = outward(double).download({"resource": "spaces/AAAA1/attachments/1"})

    assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"pixels")
    with pytest.raises(RejectedError):
        outward(double).download({"resource": "../../v1/spaces"})


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
    assert made().render(markdown) == text


@given(st.sampled_from(sorted(googlechat.said("")["message"])), JSON_VALUES)
def test_whatever_a_field_is_only_our_errors_come_of_it(name, value):
    found = googlechat.said("/help")
    found["message"][name] = value

    try:
        made().parse(webhook(json.dumps(found).encode(), {}))
    except BadRequestError:
        return
