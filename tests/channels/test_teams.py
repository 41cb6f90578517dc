"""Teams: what is particular about its tokens, its activities and their services."""

import pytest

from switchboard.channels.base import Part
from switchboard.channels.kit.teams_activity import is_at
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Sender
from tests.kit.channels import NOW, envelope, receiver, sender, webhook
from tests.signers import teams

PART = Part("**done**", "k-0")
TO = {"service": teams.SERVICE, "conversation": "19:a@thread.tacv2;messageid=7"}


def refused(found, values=None, **claims):
    hook = webhook(teams.signed(found, now=NOW, **claims))
    with pytest.raises(BadSignatureError):
        receiver("teams", **(values or {})).receive(hook)


def test_a_message_is_read_with_its_sender_and_where_it_is_answered():
    found = envelope("teams", teams.said("/help", number=3))

    assert found.sender == Sender(teams.SENDER(1), name="Ada", locale="en-GB")
    assert (found.text, found.lane) == ("/help", "teams/main/19:chat1@thread.tacv2")
    assert found.reply_to == {
        "service": teams.SERVICE,
        "conversation": "19:chat1@thread.tacv2;messageid=1759999999999",
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://sts.windows.net/tenant/"},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": None},
        {"serviceurl": ["https://smba.trafficmanager.net/emea/"]},
    ],
    ids=str,
)
def test_a_token_that_claims_something_else_is_refused(claims):
    refused(teams.said("/help"), **claims)


@pytest.mark.parametrize("name", ["tenant_id", "app_id"])
def test_another_tenant_or_another_app_is_refused(name):
    refused(teams.said("/help"), {name: "another"})


@pytest.mark.parametrize(
    "change",
    [
        {"channelId": "webchat"},
        {"channelId": None},
        {"conversation": {"id": "19:a@thread.tacv2"}, "channelData": {}},
        {"channelData": {"tenant": {"id": "another tenant"}}},
        {"conversation": {"id": "19:a@thread.tacv2", "tenantId": "another tenant"}},
        {"conversation": []},
        {"channelData": {"tenant": 5}},
    ],
    ids=str,
)
def test_a_channel_that_is_not_endorsed_and_no_tenant_or_two_are_refused(change):
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
        sender("teams").send({**TO, "service": url}, PART)


def test_where_an_address_is_is_told_by_its_parsed_host():
    assert is_at("https://SMBA.trafficmanager.net/emea/", "smba.trafficmanager.net")
    assert is_at("https://europe.botframework.com/", ".botframework.com")
    assert is_at("http://127.0.0.1:8080/x", "http://127.0.0.1:8080")
    assert not is_at("http://127.0.0.1:8081/x", "http://127.0.0.1:8080")
    assert not is_at("https://botframework.com/", ".botframework.com")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<at>Switchboard</at> /help", "/help"),
        ("<at>Switchboard</at>\xa0/help&nbsp;github\n", "/help github"),
        ("ask <at>Bob</at> <at>Switchboard</at>", "ask @Bob"),
        ("a < b && c > d", "a < b && c > d"),
        ("<at>Somebody</at> /help", "/help"),
    ],
)
def test_our_mention_is_left_out_and_the_others_are_names(text, plain):
    found = teams.said("")
    bob = {"type": "mention", "text": "<at>Bob</at>", "mentioned": {"id": "29:2", "name": "Bob"}}
    found |= {"text": text, "entities": [*found["entities"], bob]}

    assert envelope("teams", found).text == plain


def test_a_pressed_button_is_the_text_that_it_carries():
    assert envelope("teams", teams.EVENTS[1]).text == "/help"


def test_files_and_pictures_come_along_and_the_html_does_not():
    found = envelope("teams", teams.EVENTS[2])

    file, picture = found.attachments
    assert (file.name, file.key) == ("a.pdf", f"uploads/{found.id}/0")
    assert (file.source["by"], picture.source["by"]) == ("link", "token")
    assert picture.media_type == "application/octet-stream"


def test_an_answer_is_posted_into_the_thread(double):
    sender("teams", api=double.api).send(TO, PART)

    (sent,) = double.messages
    assert (sent.chat, sent.target, sent.text) == ("19:a@thread.tacv2", "7", "**done**")


def test_a_wrong_secret_is_for_the_operator_to_mend(double):
    double.values["app_secret"] = "another"

    with pytest.raises(UnavailableError):
        sender("teams", api=double.api).send(TO, PART)


def test_a_file_is_fetched_and_the_token_stays_with_our_services(double):
    double.files["/a.png"] = ("image/png", b"pixels")
    for by in ("token", "link"):
        found = sender("teams", api=double.api).download({"url": f"{double.url}/a.png", "by": by})
        assert (found.media_type, b"".join(found.chunks)) == ("image/png", b"pixels")

    asked = [one for one in double.requests if one.path == "/a.png"]
    assert ["authorization" in one.headers for one in asked] == [True, False]
