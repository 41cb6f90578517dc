"""QQ: what proves a webhook, what we sign ourselves, and what is read and pushed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.kit import ed25519
from switchboard.channels.qq import channel as qq_channel
from switchboard.errors import BadRequestError, BadSignatureError
from tests.signers import qq
from tests.unit.arriving import arrived, changed, understood, variants
from tests.unit.webhooks import JSON, NOW, webhook

SIGNATURE, STAMP = qq_channel.SIGNED


def made(account="main", **values):
    return registry.inbound("qq", account, {**qq.VALUES, **values})


def parsed(found, account="main"):
    hook = arrived(qq.signed(found, now=NOW))
    made().verify(hook)
    return made(account).parse(hook)


def group(**fields):
    return qq.dispatched("GROUP_AT_MESSAGE_CREATE", {**qq.GROUP, **fields})


def validation(token="Arq0D5A61EgUu4OxUvOp", stamp="1725442341"):
    return {"op": 13, "d": {"plain_token": token, "event_ts": stamp}}


@pytest.mark.parametrize("later", [0, 3600, -3600])
def test_a_signed_event_holds_for_an_hour(later):
    made().verify(arrived(qq.signed(group(), now=NOW), NOW + later))


@pytest.mark.parametrize("later", [3601, -3601, 86_400 * 365])
def test_an_old_or_a_future_event_is_refused(later):
    with pytest.raises(BadSignatureError, match="stale"):
        made().verify(arrived(qq.signed(group(), now=NOW), NOW + later))


@pytest.mark.parametrize("name", qq_channel.SIGNED)
@pytest.mark.parametrize("value", [None, "", "abc", "0" * 128, "１７６０", "签", "9" * 9000])
def test_a_wrong_header_is_refused(name, value):
    hook = arrived(qq.signed(group(), now=NOW))

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={name: value}))


def test_a_signature_covers_body_time_and_secret():
    hook = arrived(qq.signed(group(), now=NOW))

    for other in (
        changed(hook, body=hook.body + b" "),
        changed(hook, headers={STAMP: str(int(NOW) + 1)}),
    ):
        with pytest.raises(BadSignatureError, match="signature"):
            made().verify(other)
    with pytest.raises(BadSignatureError, match="signature"):
        made(bot_secret="another").verify(hook)


def test_the_previous_secret_holds_while_it_is_rotated():
    hook = arrived(qq.signed(group(), now=NOW))

    made(bot_secret="the next", **{"bot_secret.previous": qq.VALUES["bot_secret"]}).verify(hook)


def test_the_vendors_validation_is_answered_with_the_vendors_signature():
    hook = webhook(qq.VALIDATION, JSON)
    made().verify(hook)

    answer = json.loads(made().handshake(hook).body)

    assert answer["plain_token"] == "Arq0D5A61EgUu4OxUvOp"
    assert answer["signature"].startswith("87befc99c42c651b3aac0278e71ada33")


@pytest.mark.parametrize(
    "asked",
    [
        validation(token='{"op":0}'),
        validation(token=""),
        validation(token="a" * 65),
        validation(token="é"),
        validation(token="a\n"),
        validation(stamp="1760000000{"),
        validation(stamp=""),
        validation(stamp="１７６０"),
        {"op": 13},
        {"op": 13, "d": {"plain_token": 5, "event_ts": 5}},
        {"op": "13", "d": validation()["d"]},
        group(),
    ],
    ids=str,
)
def test_nothing_else_is_signed(asked):
    """It would be an oracle: the same key signs events."""
    hook = webhook(json.dumps(asked).encode(), JSON)

    with pytest.raises(BadSignatureError):
        made().verify(hook)


def test_an_event_that_an_oracle_signed_would_hold_so_ours_signs_none():
    body, stamp = json.dumps(group()).encode(), str(int(NOW))
    forged = ed25519.sign(qq_channel.seed_of(qq.VALUES["bot_secret"]), stamp.encode() + body)
    made().verify(webhook(body, {**JSON, SIGNATURE: forged, STAMP: stamp}))

    signed = arrived(qq.signed(validation(body.decode(), stamp), now=NOW))
    made().verify(signed)
    with pytest.raises(BadRequestError):
        made().handshake(signed)


def test_a_signature_on_a_validation_is_checked_where_there_is_one():
    hook = arrived(qq.signed(validation(), now=NOW))
    made().verify(hook)

    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={SIGNATURE: "0" * 128}))
    with pytest.raises(BadSignatureError):
        made().verify(changed(hook, headers={SIGNATURE: None}))


def test_a_large_validation_is_refused_unread():
    with pytest.raises(BadSignatureError):
        made().verify(webhook(qq.VALIDATION + b" " * 1024, JSON))


def test_a_mention_in_a_group():
    hook = arrived(qq.signed(group(content=" /help "), now=NOW))

    (one,) = made().parse(hook)

    assert made().handshake(hook) is None
    assert json.loads(made().acknowledge(hook).body) == {"op": 12, "d": 0}
    assert one.lane == "qq/main/groups/C9F778FE6ADF9D1D1DBE395BF744A33A"
    assert (one.sender.id, one.text) == ("E4F4AEA33253A2797FB897C50B81D7ED", "/help")
    assert one.reply_to["until"] == str(int(NOW) + 300)


def test_a_voice_of_a_person_alone_is_a_file():
    (one,) = parsed(qq.dispatched("C2C_MESSAGE_CREATE", qq.PERSON))

    (voice,) = one.attachments
    assert (one.text, one.conversation) == ("", "users/E4F4AEA33253A2797FB897C50B81D7ED")
    assert one.reply_to["until"] == str(int(NOW) + 3600)
    assert (voice.key, voice.media_type) == (f"uploads/{one.id}/0", "audio/wav")
    assert voice.source["url"].startswith("https://multimedia.nt.qq.com.cn/")


def test_a_replay_has_the_same_id_and_every_other_message_another():
    ids = {
        parsed(group())[0].id,
        parsed(group(id="ROBOT1.0_9"))[0].id,
        parsed(group(group_openid="C1"))[0].id,
        parsed(group(), account="second")[0].id,
    }
    again = arrived(qq.signed({**group(), "id": "another frame"}, now=NOW + 9), NOW + 9)

    assert len(ids) == 4
    assert made().parse(again)[0].id == parsed(group())[0].id


@pytest.mark.parametrize(
    "found",
    [
        group(author={**qq.GROUP["author"], "bot": True}),
        group(content="  "),
        qq.dispatched("GROUP_MESSAGE_CREATE", qq.GROUP),
        qq.dispatched("C2C_MSG_REJECT", {"openid": "E4", "timestamp": 1}),
        {**group(), "op": 9},
        {},
    ],
    ids=lambda found: str(found)[:60],
)
def test_an_echo_and_what_is_no_message_are_ignored(found):
    assert parsed(found) == []


def test_whatever_is_missing_or_of_another_kind_is_ignored_or_malformed():
    events = [one for found in qq.EVENTS + qq.OTHERS for one in variants(found)]

    assert len(events) > 300
    for found in events:
        understood(made(), webhook(json.dumps(found).encode(), JSON))


@given(st.binary(max_size=300), st.text(max_size=130), st.text(max_size=15))
def test_nothing_unsigned_is_verified(body, signature, stamp):
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, {**JSON, SIGNATURE: signature, STAMP: stamp}))
    with pytest.raises(BadSignatureError):
        made().verify(webhook(body, JSON))
