"""Standard Webhooks: what proves a message, and what is read out of it."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels import bridge as registry
from switchboard.channels.kit import standard_webhooks
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Sender
from tests.signers import webhook
from tests.signers.webhook import EVENTS, VALUES, headers_of, signed
from tests.unit.hooks import NOW, hook, maimed

SECRET = VALUES["secret"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = "whpk_" + b64encode(KEY.public_key().public_bytes_raw()).decode()
BODY = b'{"text":"/help","sender":"u","conversation":"c"}'


def made(account="main", **values):
    return registry.kind("webhook")(account, {**VALUES, **values})


def arrived(found=BODY, **changes):
    """A message with changed headers."""
    event = signed(found, now=NOW)
    return hook(event, headers={**event["headers"], **changes})


def refused(found, **values):
    with pytest.raises(BadSignatureError):
        made(**values).verify(found)


def one(found, **given):
    made().verify(hook(signed(found, now=NOW)))
    (envelope,) = made(**given).parse(hook(signed(found, now=NOW)))
    return envelope


def asymmetric(message="msg_1", stamp=str(int(NOW)), body=BODY):
    signature = KEY.sign(f"{message}.{stamp}.".encode() + body)
    return f"v1a,{b64encode(signature).decode()}"


@pytest.mark.parametrize(("later", "holds"), [(0, 1), (300, 1), (-300, 1), (301, 0), (-301, 0)])
def test_a_signature_holds_for_five_minutes(later, holds):
    found = hook(signed(BODY, now=NOW), now=NOW + later)

    if holds:
        made().verify(found)
    else:
        refused(found)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "x", "a.b", "密", "\udcff", "9" * 20_000, "v1,", ","])
def test_a_missing_or_a_wrong_header_is_refused(name, value):
    headers = {**arrived().headers, name: value}
    if value is None:
        del headers[name]

    refused(hook(signed(BODY, now=NOW), headers=headers))


def test_a_signature_covers_the_body_the_id_the_time_and_the_secret():
    refused(hook(signed(BODY, now=NOW), body=BODY + b" "))
    refused(arrived(**{"webhook-id": "msg_2"}))
    refused(arrived(**{"webhook-timestamp": str(int(NOW) + 1)}))
    refused(arrived(), secret=VALUES["signing_secret"])


def test_an_id_with_a_full_stop_is_refused_even_when_it_is_signed():
    """Else its second half could pass for a timestamp."""
    refused(hook(signed(BODY, now=NOW, message="msg.1")))
    refused(hook(signed(BODY, now=NOW, message="m" * 201)))


def test_one_right_signature_is_enough_and_unknown_versions_are_skipped():
    right = arrived().headers["webhook-signature"]
    label = right.replace("v1,", "v2,")

    for entries in (
        f"{label} {right}",
        f"v1,{'A' * 43}= {right}",
        f"garbage {right}",
        f" {right} ",
    ):
        made().verify(arrived(**{"webhook-signature": entries}))
    for entries in (label, right.upper(), right.removeprefix("v1,"), f"{right},{right}"):
        refused(arrived(**{"webhook-signature": entries}))
    refused(arrived(**{"webhook-signature": " ".join(["v1,x"] * 20 + [right])}))


def test_a_secret_is_rotated_with_the_one_before():
    made(secret=VALUES["signing_secret"], **{"secret.previous": SECRET}).verify(arrived())
    made(secret=SECRET.removeprefix("whsec_")).verify(arrived())


@pytest.mark.parametrize("secret", ["whsec_", "whsec_AAAA", "not base64!", "whsec_" + "A" * 88])
def test_a_secret_that_is_none_verifies_nothing(secret):
    refused(arrived(), secret=secret)
    made(secret=secret, **{"secret.previous": SECRET}).verify(arrived())


def test_an_asymmetric_signature_holds_under_its_public_key():
    given = arrived(**{"webhook-signature": f"v1,AAAA {asymmetric()}"})

    made(secret=PUBLIC).verify(given)
    made(secret=SECRET, **{"secret.previous": PUBLIC}).verify(given)
    refused(given)
    for entry in (
        asymmetric("msg_2"),
        asymmetric(stamp="1"),
        asymmetric(body=b"{}"),
        asymmetric().replace("v1a,", "v1,"),
        asymmetric().replace("v1a,", ""),
        "v1a,",
        "v1a,AAAA",
        "v1a,=",
    ):
        refused(arrived(**{"webhook-signature": entry}), secret=PUBLIC)


def test_a_public_key_is_no_secret_that_everybody_could_sign_with():
    key = b64encode(KEY.public_key().public_bytes_raw()).decode()

    refused(hook(signed(BODY, now=NOW, values={"secret": key})), secret=PUBLIC)
    refused(arrived(**{"webhook-signature": asymmetric()}), secret="whpk_AAAA")
    refused(arrived(**{"webhook-signature": asymmetric()}), secret="whpk_!")


def test_a_message_is_read():
    found = {"text": "/help 会议", "sender": "u1", "conversation": "c1"}
    envelope = one(found)

    assert envelope.lane == "webhook/main/c1"
    assert (envelope.sender, envelope.text) == (Sender("u1"), "/help 会议")
    assert envelope.reply_to == {"conversation": "c1", "message": "msg_1"}
    assert one({**found, "id": "order-17"}).reply_to["message"] == "order-17"
    assert made().handshake(arrived()) is None
    assert made().acknowledge(arrived()).status == 200


def test_a_replay_is_known_by_its_signed_id_in_its_chat():
    found = {"text": "/help", "sender": "u1", "conversation": "c1", "id": "same"}
    other = hook(signed(found, now=NOW, message="msg_2"))
    ids = {
        one(found).id,
        one({**found, "conversation": "c2"}).id,
        one(found, account="second").id,
        made().parse(other)[0].id,
    }

    assert len(ids) == 4
    assert one({**found, "id": "another"}).id in ids


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": " "},
        {"sender": ""},
        {"conversation": ""},
        {"sender": "u" * 201},
        {"attachments": []},
        {"role": "admin"},
    ],
)
def test_a_body_has_its_fields_and_no_other(change):
    with pytest.raises(BadRequestError):
        one({"text": "/help", "sender": "u1", "conversation": "c1", **change})


def test_whatever_is_missing_or_of_another_kind_is_malformed():
    for variant in maimed(EVENTS[0]):
        try:
            envelope = one(variant)
        except BadRequestError:
            continue
        assert all([envelope.text, envelope.sender.id, envelope.conversation])


@given(st.binary())
def test_any_body_is_a_message_or_malformed(body):
    found = hook(signed(body, now=NOW))
    made().verify(found)
    try:
        made().parse(found)
    except BadRequestError:
        return


@given(st.text(), st.text(), st.text())
def test_any_headers_are_right_or_refused(message, stamp, signature):
    headers = {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": signature,
    }
    for secret in (SECRET, PUBLIC):
        refused(hook(signed(BODY, now=NOW), headers=headers), secret=secret)


@given(st.binary(), st.binary(min_size=24, max_size=64))
def test_what_we_sign_we_believe(body, key):
    secret = b64encode(key).decode()
    made_by_hand = headers_of(body, "msg_1", NOW, secret)["webhook-signature"]

    assert standard_webhooks.sign(secret, "msg_1", str(int(NOW)), body) == made_by_hand
    made(secret=secret).verify(hook(webhook.signed(body, now=NOW, values={"secret": secret})))
