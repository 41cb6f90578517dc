"""Discord: what is particular about its interactions, and when and how they are answered."""

import time

import pytest
from msgspec import structs

from switchboard.channels.base import Part
from switchboard.errors import ClosedWindowError
from switchboard.models import Sender, StoredFile
from tests.kit.channels import NOW, PART, envelope, received, sender
from tests.kit.fakes import Stored
from tests.signers import discord
from tests.signers.discord import COMMAND, interaction


def command(name, *options):
    return {"id": "1", "name": name, "type": 1, "options": list(options)}


def option(value, kind=3, name="text", **fields):
    return {"name": name, "type": kind, "value": value, **fields}


def test_a_ping_is_answered_an_ask_deferred_and_nothing_promised_for_the_rest():
    assert received("discord", discord.PING).response.body == '{"type":1}'
    assert received("discord", interaction(COMMAND)).response.body == '{"type":5}'
    bodies = {received("discord", one).response.body for one in discord.IGNORED}
    assert bodies == {'{"type":6}'}


def test_a_command_is_a_message():
    found = envelope("discord", interaction(COMMAND))

    assert found.lane == "discord/main/290926798626357999:645155940000000001"
    assert found.sender == Sender(discord.SENDER(1), locale="en-GB")
    assert found.text == "hello"
    (file,) = found.attachments
    assert (file.key, file.source) == (f"uploads/{found.id}/0", {"url": discord.FILE["url"]})
    assert (file.name, file.media_type, file.size) == ("a.png", "image/png", 123)
    assert found.reply_to == {
        "application": "7870530800",
        "token": "example-token-1-1",
        "until": str(int(NOW) + 900),
    }


GROUPED = {"name": "issues", "type": 1, "options": [option(3, 4), option(1.5, 10)]}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (command("ask", option(" hello ")), "hello"),
        (command("sb", option("/github issues.list")), "/github issues.list"),
        (command("switchboard"), "/help"),
        (command("github", option("issues.list a/b")), "/github issues.list a/b"),
        (command("github", GROUPED), "/github issues 3 1.5"),
        (command("github", option("99", 11), option("7", 6)), "/github"),
        ({"component_type": 2, "custom_id": "/help github"}, "/help github"),
    ],
)
def test_what_was_typed_or_pressed_is_the_text(asked, text):
    kind = 3 if "custom_id" in asked else 2

    assert envelope("discord", interaction(asked, kind=kind)).text == text


@pytest.mark.parametrize(
    ("author", "text"), [("7", "Ask about it\n\n> /help\n> you"), (discord.SENDER(1), "/help\nyou")]
)
def test_somebody_elses_message_is_quoted_and_ones_own_is_not(author, text):
    message = {"content": "/help\nyou", "author": {"id": author}, "attachments": [discord.FILE]}
    asked = {**discord.OF_A_MESSAGE, "resolved": {"messages": {"42": message}}}

    found = envelope("discord", interaction(asked))

    assert found.text == text
    assert [one.name for one in found.attachments] == ["a.png"]


def test_alone_with_the_app_there_is_no_server():
    alone = {"member": None, "guild_id": "", "user": {"id": "7"}}
    found = envelope("discord", interaction(COMMAND) | alone)

    assert (found.conversation, found.sender.id) == ("direct:645155940000000001", "7")


@pytest.fixture
def send(double):
    """Sends a part as an answer to an interaction, of which some is perhaps otherwise."""
    token = double.defer("example-token")
    place = {"application": "787", "token": token, "until": str(int(time.time()) + 900)}

    def to(part=PART, **otherwise):
        sender("discord", api=double.api).send({**place, **otherwise}, part)

    return to


def test_the_first_answer_takes_the_place_of_the_deferred_one(double, send):
    send()
    send(Part("more", "k-1"))

    shown = [(one.target, one.text) for one in double.messages]
    assert shown == [("@original", "done"), ("", "more")]
    assert double.requests[0].json() == {
        "content": "done",
        "flags": 4,
        "allowed_mentions": {"parse": []},
    }
    assert double.requests[0].headers["user-agent"].startswith("DiscordBot (")


def test_the_first_file_goes_with_the_words_and_the_others_follow(cloud, double, send):
    names = ("会议.png", "b.csv")
    cloud.objects.update({name: Stored("text/csv", b"12345") for name in names})
    files = tuple(StoredFile(name, name, "text/csv", 5) for name in names)
    send(structs.replace(PART, files=files))

    shown = [(one.text, one.files) for one in double.messages]
    assert shown == [("done", ("会议.png",)), ("", ("b.csv",))]


def test_when_the_token_has_expired_nothing_is_sent(double, send):
    with pytest.raises(ClosedWindowError):
        send(until="1760000000")
    assert double.requests == []

    double.expire("example-token")
    with pytest.raises(ClosedWindowError):
        send()
