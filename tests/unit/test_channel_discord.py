"""Discord: what proves an interaction, what is read out of it, and what is pushed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from tests.signers import discord
from tests.unit.arriving import arrived, changed, understood, variants
from tests.unit.webhooks import JSON, NOW, webhook

SIGNATURE, STAMP = "x-signature-ed25519", "x-signature-timestamp"


def made(account="main", **values):
    return registry.inbound("discord", account, {**discord.VALUES, **values})


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


@pytest.mark.parametrize("key", ["d7" * 32, "no key at all: " + "0" * 50, "公" * 64])
def test_another_key_does_not_hold_and_the_previous_does_while_it_is_rotated(key):
    hook = arrived(discord.signed(discord.PING, now=NOW))

    with pytest.raises(BadSignatureError):
        made(public_key=key).verify(hook)
    made(public_key=key, **{"public_key.previous": discord.VALUES["public_key"]}).verify(hook)


def test_a_ping_is_answered():
    hook = arrived(discord.signed(discord.PING, now=NOW))
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


@pytest.mark.parametrize("fields", [{"guild_id": ""}, {"member": None, "user": {"id": "7"}}])
def test_a_server_without_its_id_or_without_its_member_is_malformed(fields):
    found = discord.interaction(discord.COMMAND) | fields

    with pytest.raises(BadRequestError):
        made().parse(arrived(discord.signed(found, now=NOW)))


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
    assert json.loads(made().acknowledge(hook).body) == {"type": 6}


def test_a_bot_is_ignored_and_an_interaction_of_nobody_is_malformed():
    found = discord.interaction(discord.COMMAND)
    found["member"]["user"]["bot"] = True
    assert made().parse(arrived(discord.signed(found, now=NOW))) == []
    del found["member"]
    with pytest.raises(BadRequestError):
        made().parse(arrived(discord.signed(found, now=NOW)))


def test_whatever_is_missing_or_of_another_kind_is_ignored_or_malformed():
    events = [one for found in discord.EVENTS + discord.OTHERS for one in variants(found)]

    assert len(events) > 500
    for found in events:
        understood(made(), webhook(json.dumps(found).encode(), JSON))


@given(st.binary(max_size=300), st.text(max_size=130), st.text(max_size=15))
def test_nothing_unsigned_is_verified(body, signature, stamp):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, {**JSON, SIGNATURE: signature, STAMP: stamp}))
