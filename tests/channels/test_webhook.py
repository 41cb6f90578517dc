"""Standard Webhooks: what proves a message, what is read of it, and where its answer may go."""

import json
import time
from base64 import b64encode
from contextlib import nullcontext

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Sender
from switchboard.net import exchange, http1
from switchboard.net.http import HttpResponse
from switchboard.runtime import current
from tests.doubles.server import Answer
from tests.kit import channels
from tests.kit.channels import NOW, PART, envelope, received, receiver
from tests.signers.webhook import VALUES, signed

SECRET, ENTRY = VALUES["secret"], "webhook-signature"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = "whpk_" + b64encode(KEY.public_key().public_bytes_raw()).decode()
BODY = b'{"text":"/help","sender":"u","conversation":"c"}'
RIGHT = signed(BODY, now=NOW)["headers"][ENTRY]
NEW = {"secret": VALUES["signing_secret"]}
FOUND = {"text": "/help 会议", "sender": "u1", "conversation": "c1"}


def hook(entries=RIGHT, now=NOW, **given):
    """A message with these signatures."""
    return channels.webhook(signed(BODY, now=NOW, **given), now, headers={ENTRY: entries})


def asymmetric(message="msg_1", stamp=str(int(NOW)), body=BODY):
    signature = KEY.sign(f"{message}.{stamp}.".encode() + body)
    return f"v1a,{b64encode(signature).decode()}"


@pytest.mark.parametrize("message", ["msg.1", "m" * 201])
def test_an_id_with_a_full_stop_or_too_long_is_refused_even_when_it_is_signed(message):
    """Else its second half could pass for a timestamp."""
    event = signed(BODY, now=NOW, message=message)

    with pytest.raises(BadSignatureError, match="webhook-id"):
        receiver("webhook").receive(channels.webhook(event))


@pytest.mark.parametrize(
    ("values", "entries"),
    [
        *(({}, f"{one} {RIGHT}") for one in ("v2,x", f"v1,{'A' * 43}=", "garbage", "")),
        ({}, f"{RIGHT} "),
        ({"secret": SECRET.removeprefix("whsec_")}, RIGHT),
        *(({"secret": one, "secret.previous": SECRET}, RIGHT) for one in (*NEW.values(), "!")),
        ({"secret": "whpk_!", "secret.previous": SECRET}, RIGHT),
        ({"secret": PUBLIC}, f"v1,AAAA {asymmetric()}"),
        ({"secret": SECRET, "secret.previous": PUBLIC}, f"v1,AAAA {asymmetric()}"),
    ],
)
def test_one_right_signature_under_one_of_the_secrets_is_enough(values, entries):
    assert receiver("webhook", **values).receive(hook(entries)).envelopes


@pytest.mark.parametrize(
    ("values", "entries"),
    [
        *(({}, one) for one in (RIGHT.replace("v1,", "v2,"), RIGHT.upper(), f"{RIGHT},{RIGHT}")),
        ({}, RIGHT.removeprefix("v1,")),
        ({}, " ".join(["v1,x"] * 20 + [RIGHT])),
        (NEW, RIGHT),
        *(({"secret": one}, RIGHT) for one in ("whsec_", "whsec_AAAA", "!", "whsec_" + "A" * 88)),
        ({}, asymmetric()),
        *(({"secret": one}, asymmetric()) for one in ("whpk_AAAA", "whpk_!")),
        *(
            ({"secret": PUBLIC}, entry)
            for entry in (
                asymmetric("msg_2"),
                asymmetric(stamp="1"),
                asymmetric(body=b"{}"),
                asymmetric().replace("v1a,", "v1,"),
                asymmetric().replace("v1a,", ""),
                "v1a,",
                "v1a,AAAA",
                "v1a,=",
            )
        ),
    ],
)
def test_any_other_signature_or_secret_is_refused(values, entries):
    with pytest.raises(BadSignatureError):
        receiver("webhook", **values).receive(hook(entries))


def test_a_public_key_is_no_secret_that_everybody_could_sign_with():
    event = signed(BODY, now=NOW, values={"secret": PUBLIC.removeprefix("whpk_")})

    with pytest.raises(BadSignatureError):
        receiver("webhook", secret=PUBLIC).receive(channels.webhook(event))


def test_a_message_is_read_and_known_by_its_signed_id():
    found = envelope("webhook", FOUND)

    assert found.lane == "webhook/main/c1"
    assert (found.sender, found.text) == (Sender("u1"), "/help 会议")
    assert found.reply_to == {"conversation": "c1", "message": "msg_1"}
    again = envelope("webhook", {**FOUND, "id": "order-17"})
    assert (again.id, again.reply_to["message"]) == (found.id, "order-17")
    assert received("webhook", FOUND).response.body == "{}"


def send(**values):
    channels.sender("webhook", **values).send({"conversation": "c1", "message": "msg_1"}, PART)


def test_an_answer_is_posted_signed_and_is_the_same_on_every_try(double):
    for _ in range(2):
        send(api=double.api)

    (message,) = double.messages
    assert (message.chat, message.target, message.text) == ("c1", "msg_1", PART.text)
    first, again = double.requests
    assert first.headers["webhook-id"] == PART.key
    assert abs(int(first.headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(first.body)["error"] is False
    assert first.body == again.body


def test_while_the_secret_is_rotated_both_sign(double):
    send(api=double.api, signing_secret=SECRET, **{"signing_secret.previous": double.secret})

    assert len(double.messages) == 1
    assert double.requests[0].headers[ENTRY].count("v1,") == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((one, nullcontext()) for one in (202, 204)),
        *((one, pytest.raises(UnavailableError)) for one in (301, 307, 400, 401, 404, 422, 503)),
        (410, pytest.raises(RejectedError)),
    ],
)
def test_what_is_no_success_is_tried_again_unless_the_receiver_is_gone(double, status, outcome):
    double.trouble(Answer(b"", status, {"location": double.api}))

    with outcome:
        send(api=double.api)
    assert len(double.requests) == 1  # a redirect is not followed


def test_a_secret_that_is_none_signs_nothing_until_it_is_mended(double):
    with pytest.raises(UnavailableError):
        send(api=double.api, signing_secret="whsec_AAAA")

    assert double.requests == []


@pytest.fixture
def posted():
    """The addresses that were posted to, by a world that takes everything."""
    urls = []

    def reply(method, url, body, headers):
        urls.append(url)
        return HttpResponse(200, {}, {})

    current().give(exchange.current, reply)
    yield urls
    http1.pinned.clear()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost:8443/", "https://[::1]/", "http://127.0.0.1/", "x"],
)
def test_a_private_address_is_refused_and_nothing_is_posted(posted, url):
    with pytest.raises(RejectedError):
        send(url=url)

    assert posted == []


def test_a_public_address_is_the_one_that_is_connected_to(posted, monkeypatch):
    answer = [(2, 1, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer)

    send()

    assert posted == [VALUES["url"]]
    assert http1.pinned == {"hooks.example.com": "93.184.216.34"}
