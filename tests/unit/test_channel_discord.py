"""Discord: what proves an interaction, what is read out of it, and what is pushed."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard import aws, channels
from switchboard.channels.base import Part
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    ClosedWindowError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Sender, StoredFile
from tests.doubles.discord import DiscordDouble
from tests.doubles.files import File
from tests.doubles.server import Answer, Trouble
from tests.fakes import BUCKET
from tests.signers import discord
from tests.unit.arriving import arrived, changed, understood, variants
from tests.unit.webhooks import JSON, NOW, webhook

SIGNATURE, STAMP = "x-signature-ed25519", "x-signature-timestamp"
PART = Part("done", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0")


def made(account="main", **values):
    return channels.inbound("discord", account, {**discord.VALUES, **values})


def hook_of(asked, **given):
    return arrived(discord.signed(discord.interaction(asked, **given), now=NOW))


def parsed(asked, account="main", **given):
    hook = hook_of(asked, **given)
    made().verify(hook)
    return made(account).parse(hook)


def command(name, *options, **fields):
    return {"id": "1", "name": name, "type": 1, "options": list(options), **fields}


def option(value, kind=3, name="text", **fields):
    return {"name": name, "type": kind, "value": value, **fields}


@pytest.mark.parametrize("later", [0, 300, -300])
def test_a_signature_holds_for_five_minutes(later):
    made().verify(arrived(discord.signed(discord.PING, now=NOW), NOW + later))


@pytest.mark.parametrize("later", [301, -301])
def test_an_old_or_a_future_interaction_is_refused(later):
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(arrived(discord.signed(discord.PING, now=NOW), NOW + later))


@pytest.mark.parametrize("name", [SIGNATURE, STAMP])
@pytest.mark.parametrize("value", [None, "", "zz", "0" * 128, "１７６０", "9" * 9000])
def test_a_wrong_header_is_refused(name, value):
    hook = arrived(discord.signed(discord.PING, now=NOW))

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={name: value}))


def test_a_signature_covers_body_and_time():
    hook = arrived(discord.signed(discord.PING, now=NOW))

    for other in (
        changed(hook, body=hook.body + b" "),
        changed(hook, headers={STAMP: str(int(NOW) + 1)}),
    ):
        with pytest.raises(BadSignatureError, match="signature"):
            made().verify(other)


@pytest.mark.parametrize("key", ["d7" * 32, "d7", "no key at all", "公" * 64])
def test_another_key_does_not_hold_and_the_previous_does_while_it_is_rotated(key):
    hook = arrived(discord.signed(discord.PING, now=NOW))

    with pytest.raises(BadSignatureError):
        made(public_key=key).verify(hook)
    made(public_key=key, **{"public_key.previous": discord.VALUES["public_key"]}).verify(hook)


def test_a_ping_is_answered():
    hook = arrived(discord.HANDSHAKES[0])
    made().verify(hook)

    assert json.loads(made().handshake(hook).body) == {"type": 1}


def test_a_command_is_a_message_and_the_answer_is_deferred():
    hook = hook_of(discord.COMMAND)
    made().verify(hook)

    (one,) = made().parse(hook)

    assert made().handshake(hook) is None
    assert json.loads(made().acknowledge(hook).body) == {"type": 5}
    assert one.lane == "discord/main/290926798626357999:645155940000000001"
    assert one.sender == Sender(discord.SENDER(1), locale="en-GB")
    assert one.text == "hello"
    assert one.attachments[0].source == {"url": discord.FILE["url"]}
    assert one.reply_to == {
        "application": "7870530800",
        "token": "example-token-1-1",
        "until": str(int(NOW) + 900),
    }


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (command("ask", option(" hello ")), "hello"),
        (command("sb", option("/github issues.list")), "/github issues.list"),
        (command("switchboard"), "/help"),
        (command("github", option("issues.list a/b")), "/github issues.list a/b"),
        (
            command(
                "github", {"name": "issues", "type": 1, "options": [option(3, 4), option(1.5, 10)]}
            ),
            "/github issues 3 1.5",
        ),
        (command("github", option("99", 11), option("7", 6)), "/github"),
        ({"component_type": 2, "custom_id": "/help github"}, "/help github"),
    ],
)
def test_what_was_typed_or_pressed_is_the_text(asked, text):
    (one,) = parsed(asked, kind=3 if "custom_id" in asked else 2)

    assert one.text == text


def test_somebody_elses_message_is_quoted_and_ones_own_is_not():
    (one,) = parsed(discord.OF_A_MESSAGE)
    assert one.text == "Ask about it\n\n> /help\n> you"
    assert one.attachments[0].name == "a.png"

    own = json.loads(json.dumps(discord.OF_A_MESSAGE))
    own["resolved"]["messages"]["42"]["author"]["id"] = discord.SENDER(1)
    assert parsed(own)[0].text == "/help\nyou"


def test_alone_with_the_app_there_is_no_server():
    found = discord.interaction(discord.COMMAND)
    user = found.pop("member")["user"]
    del found["guild_id"]
    hook = arrived(discord.signed({**found, "user": user}, now=NOW))

    assert made().parse(hook)[0].conversation == "direct:645155940000000001"


def test_a_replay_has_the_same_id_and_every_other_interaction_another():
    ids = {
        parsed(discord.COMMAND)[0].id,
        parsed(discord.COMMAND, number=2)[0].id,
        parsed(discord.COMMAND, chat=2)[0].id,
        parsed(discord.COMMAND, account="second")[0].id,
    }

    assert len(ids) == 4
    assert parsed(discord.COMMAND)[0].id in ids


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (discord.COMMAND, 4),
        (discord.COMMAND, 5),
        (discord.COMMAND, 99),
        ({"id": "1", "name": "Ask", "type": 3, "target_id": "9"}, 2),
        ({"component_type": 2, "custom_id": ""}, 3),
    ],
)
def test_what_says_nothing_is_ignored_and_nothing_is_promised(asked, kind):
    hook = hook_of(asked, kind=kind)

    assert made().parse(hook) == []
    assert made().acknowledge(hook).status == 204


def test_a_bot_is_ignored_and_an_interaction_of_nobody_is_malformed():
    found = discord.interaction(discord.COMMAND)
    found["member"]["user"]["bot"] = True
    assert made().parse(arrived(discord.signed(found, now=NOW))) == []
    del found["member"]
    with pytest.raises(BadRequestError):
        made().parse(arrived(discord.signed(found, now=NOW)))


def test_whatever_is_missing_or_of_another_kind_is_ignored_or_malformed():
    events = [one for found in discord.EVENTS for one in variants(found)]

    assert len(events) > 500
    for found in events:
        understood(made(), webhook(json.dumps(found).encode(), JSON))


@given(st.binary(max_size=300), st.text(max_size=130), st.text(max_size=15))
def test_nothing_unsigned_is_verified(body, signature, stamp):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, {**JSON, SIGNATURE: signature, STAMP: stamp}))


@pytest.fixture
def double():
    with DiscordDouble() as made:
        yield made


@pytest.fixture
def channel(double):
    return channels.outbound("discord", "main", {"api": double.api})


@pytest.fixture
def answering(double):
    token = double.defer("example-token")
    return {"application": "787", "token": token, "until": str(int(time.time()) + 900)}


def test_the_first_answer_takes_the_place_of_the_deferred_one(double, channel, answering):
    channel.send(answering, PART)
    channel.send(answering, Part("more", "k-1"))

    assert [(one.target, one.text) for one in double.messages] == [
        ("@original", "done"),
        ("", "more"),
    ]
    asked = double.requests[0].json()
    assert asked["allowed_mentions"] == {"parse": []}
    assert double.requests[0].headers["user-agent"].startswith("DiscordBot (")


def test_files_go_with_the_answer(cloud, double, channel, answering):
    files = []
    for name in ("会议.png", "b.csv"):
        aws.put_object(BUCKET, f"results/1/{name}", b"12345", "text/csv")
        files.append(StoredFile(f"results/1/{name}", name, "text/csv", 5))
    channel.send({**answering, "until": str(time.time() + 9)}, Part("done", "k-0", files=(*files,)))

    assert [one.text for one in double.messages] == ["done", ""]
    assert [one.content for one in double.uploads] == [b"12345"] * 2
    assert double.uploads[1].name == "b.csv"


def test_when_the_token_has_expired_nothing_is_sent(double, channel, answering):
    with pytest.raises(ClosedWindowError):
        channel.send({**answering, "until": "1760000000"}, PART)
    assert double.requests == []

    double.expire("example-token")
    with pytest.raises(ClosedWindowError):
        channel.send(answering, PART)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Trouble.LIMITED, RateLimitedError),
        (Trouble.BROKEN, UnavailableError),
        (Trouble.DROPPED, UnavailableError),
        (Answer({"code": 10015, "message": "Unknown Webhook"}, 404), ClosedWindowError),
        (Answer({"code": 50035, "message": "Invalid Form Body"}, 400), RejectedError),
        (Answer({"code": ["?"]}, 400), RejectedError),
    ],
)
def test_refusals_are_told_apart_from_trouble(double, channel, answering, answer, error):
    double.trouble(answer)

    with pytest.raises(error) as caught:
        channel.send(answering, PART)
    assert isinstance(caught.value, ClosedWindowError) == (error is ClosedWindowError)
    assert "example-token" not in str(caught.value)


def test_a_file_is_fetched_from_discord_only(double, channel):
    double.files["a.png"] = File("a.png", "image/png", b"12345")

    found = channel.download({"url": f"{double.api}/files/a.png"})

    assert b"".join(found.chunks) == b"12345"
    for host in ("example.com", "cdn.discordapp.com.example.com", "cdn.discordapp.com:8443"):
        with pytest.raises(RejectedError):
            channel.download({"url": f"https://{host}/attachments/1/2/a.png"})
