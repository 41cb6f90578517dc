"""Teams: what proves an activity, what is read out of it, and how it is answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.base import Part
from switchboard.channels.kit.teams_activity import is_at
from switchboard.credentials import tokens
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender
from tests.doubles.server import Answer, Trouble
from tests.doubles.teams import TeamsDouble
from tests.signers import teams
from tests.unit.webhooks import NOW, arrived, webhook

PART = Part(text="**done**", key="k-0")
REPLY_TO = {"service": teams.SERVICE, "conversation": "19:a@thread.tacv2;messageid=7"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def made(**values):
    return registry.inbound("teams", "main", {**teams.VALUES, **values})


def parsed(found):
    hook = arrived(teams.signed(found, now=NOW))
    made().verify(hook)
    return made().parse(hook)


def refused(found, channel=None, **changes):
    hook = arrived(teams.signed(found, now=NOW, **changes))
    with pytest.raises(BadSignatureError):
        (channel or made()).verify(hook)


@pytest.fixture
def double():
    tokens.forget("teams/main")
    with TeamsDouble() as found:
        yield found
    tokens.forget("teams/main")


def outward(double):
    return registry.outbound("teams", "main", {**teams.VALUES, "api": double.api})


def test_a_message_is_read_with_its_sender_and_where_it_is_answered():
    (envelope,) = parsed(teams.said("/help", number=3))

    assert envelope.sender == Sender(teams.SENDER(1), name="Ada", locale="en-GB")
    assert envelope.text == "/help"
    assert envelope.lane == "teams/main/19:chat1@thread.tacv2"
    assert envelope.reply_to == {
        "service": teams.SERVICE,
        "conversation": "19:chat1@thread.tacv2;messageid=1759999999999",
    }


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {parsed(teams.said("a", number, chat))[0].id for number in (1, 2) for chat in (1, 2)}

    assert len(ids) == 4
    assert parsed(teams.said("again", 1, 1))[0].id in ids


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://sts.windows.net/tenant/"},
        {"aud": "another app"},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": None},
        {"serviceurl": ["https://smba.trafficmanager.net/emea/"]},
        {"exp": NOW - 301},
        {"nbf": NOW + 301},
    ],
    ids=str,
)
def test_a_token_that_claims_something_else_is_refused(claims):
    refused(teams.said("/help"), **claims)


def test_a_token_by_an_unknown_key_is_refused():
    refused(teams.said("/help"), head={"kid": "unknown"})


def test_another_tenant_another_app_and_a_channel_that_is_not_endorsed_are_refused():
    refused(teams.said("/help"), made(tenant_id="another tenant"))
    refused(teams.said("/help"), made(app_id="another app"))
    refused({**teams.said("/help"), "channelId": "webchat"})


@pytest.mark.parametrize(
    "change",
    [
        {"conversation": {"id": "19:a@thread.tacv2"}, "channelData": {}},
        {"channelData": {"tenant": {"id": "another tenant"}}},
        {"conversation": {"id": "19:a@thread.tacv2", "tenantId": "another tenant"}},
        {"conversation": None},
        {"channelData": {"tenant": 5}},
        {"channelId": None},
    ],
    ids=str,
)
def test_an_activity_of_no_tenant_or_of_two_is_refused(change):
    refused({**teams.said("/help"), **change})


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "https://evilbotframework.com/",
        "https://127.0.0.1/",
        "https://[",
        "",
    ],
)
def test_a_service_elsewhere_is_refused_however_well_it_is_signed(url):
    refused({**teams.said("/help"), "serviceUrl": url})
    with pytest.raises(RejectedError):
        registry.outbound("teams", "main", teams.VALUES).send({**REPLY_TO, "service": url}, PART)


def test_where_an_address_is_is_told_by_its_parsed_host():
    assert is_at("https://SMBA.trafficmanager.net/emea/", "smba.trafficmanager.net")
    assert is_at("https://europe.botframework.com/", ".botframework.com")
    assert is_at("http://127.0.0.1:8080/x", "http://127.0.0.1:8080")
    assert not is_at("http://127.0.0.1:8081/x", "http://127.0.0.1:8080")
    assert not is_at("https://botframework.com/", ".botframework.com")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"a":1,"a":2}', b"\xff", b"{" * 100_000, b'{"channelId":5}']
)
def test_a_body_that_is_not_understood_is_refused(body):
    hook = arrived(teams.message("/help", number=1, now=NOW))
    hook = webhook(body, hook.headers)

    with pytest.raises(BadSignatureError):
        made().verify(hook)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "messageUpdate"},
        {"type": "messageDelete"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "28:1"}], "from": 5},
        {"type": "invoke", "name": "adaptiveCard/action", "value": 5},
        {"type": None},
        {"from": {"id": "28:bot", "aadObjectId": "x"}},
        {"from": {"id": "29:1", "aadObjectId": "x", "role": "bot"}},
        {"text": "<at>Switchboard</at> "},
        {"text": None, "value": {"text": None}, "attachments": []},
    ],
    ids=str,
)
def test_an_echo_and_what_says_nothing_to_us_are_ignored(change):
    found = {**teams.said("/help"), **change}
    if change.get("value") == {"text": None}:
        found["value"] = {}

    assert parsed(found) == []


@pytest.mark.parametrize("name", ["id", "from", "conversation"])
def test_a_message_without_its_ids_is_malformed(name):
    found = teams.said("/help")
    del found[name]
    hook = arrived(teams.signed(found, now=NOW))

    with pytest.raises(BadRequestError):
        made().parse(hook)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<at>Switchboard</at> /help", "/help"),
        ("<at>Switchboard</at>\xa0/help&nbsp;github\n", "/help github"),
        ("ask <at>Bob</at> <at>Switchboard</at>", "ask @Bob"),
        ("a < b && c > d", "a < b && c > d"),
    ],
)
def test_our_mention_is_left_out_and_the_others_are_names(text, plain):
    found = teams.said("")
    bob = {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:2", "name": "Bob"}}
    found |= {"text": text, "entities": [*found["entities"], bob]}

    assert parsed(found)[0].text == plain


def test_a_pressed_button_is_the_text_that_it_carries():
    assert parsed(teams.EVENTS[1])[0].text == "/help"


def test_files_and_pictures_come_along_and_the_html_does_not():
    (envelope,) = parsed(teams.EVENTS[2])

    file, picture = envelope.attachments
    assert (file.name, file.key) == ("a.pdf", f"uploads/{envelope.id}/0")
    assert file.source["by"] == "link"
    assert picture.source["by"] == "token"


def test_an_answer_is_posted_into_the_thread(double):
    outward(double).send(REPLY_TO, PART)
    outward(double).send(REPLY_TO, PART)

    first, _ = double.messages
    assert (first.chat, first.target, first.text) == ("19:a@thread.tacv2", "7", "**done**")
    assert len(double.tokens) == 1


def test_a_refused_token_is_renewed_at_the_next_try(double):
    outward(double).send(REPLY_TO, PART)
    double.tokens.clear()

    with pytest.raises(UnavailableError):
        outward(double).send(REPLY_TO, PART)
    outward(double).send(REPLY_TO, PART)

    assert len(double.messages) == 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"error": {}}, 412), UnavailableError),
        (Answer({"error": {}}, 404), RejectedError),
        (Answer({"error": {}}, 403), RejectedError),
    ],
    ids=str,
)
def test_refusals_are_told_apart_from_trouble(double, trouble, error):
    double.trouble(trouble)

    with pytest.raises(error):
        outward(double).send(REPLY_TO, PART)


def test_a_wrong_secret_is_for_the_operator_to_mend(double):
    double.values["app_secret"] = "another"

    with pytest.raises(UnavailableError):
        outward(double).send(REPLY_TO, PART)


def test_a_file_is_fetched_and_the_token_stays_with_our_services(double):
    double.files["/a.png"] = ("image/png", b"pixels")
    for by in ("token", "link"):
        found = outward(double).download({"url": f"{double.url}/a.png", "by": by})
        assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"pixels")

    asked = [one for one in double.requests if one.path == "/a.png"]
    assert ["authorization" in one.headers for one in asked] == [True, False]


@pytest.mark.parametrize("url", ["https://evil.example/a", "http://169.254.169.254/"])
@pytest.mark.parametrize("by", ["token", "link"])
def test_a_file_elsewhere_is_not_fetched(double, url, by):
    with pytest.raises(RejectedError):
        outward(double).download({"url": url, "by": by})


@given(st.sampled_from(sorted(teams.said(""))), JSON_VALUES)
def test_whatever_a_field_is_only_our_errors_come_of_it(name, value):
    body = json.dumps({**teams.said("/help"), name: value}).encode()
    hook = webhook(body, {})

    try:
        made().parse(hook)
    except BadRequestError:
        return
