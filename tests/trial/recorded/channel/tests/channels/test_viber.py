"""Viber: how it signs (see tests/signers), its double, and what is particular about it."""

import hashlib
import hmac
import json

import pytest

from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import Sender
from tests.doubles.server import Answer, Double, Message
from tests.kit import webhooks
from tests.kit.channels import NOW, PART, envelope, sender
from tests.signers.saying import YES, saying

VALUES = {"token": "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"}
ADA = {"id": "01234567890A=", "name": "Ada", "country": "UK", "language": "en", "api_version": 1}


def said(number=1, user=None, now=NOW, **content):
    return {
        "event": "message",
        "timestamp": int(now * 1000),
        "message_token": 4912661846655238145 + number,
        "sender": user or ADA,
        "message": {"type": "text", "text": "/help", **content},
    }


EVENTS = [said()]
IGNORED = [
    {"event": "webhook", "timestamp": int(NOW * 1000), "message_token": 241256543215},
    {**said(), "event": "delivered"},
    said(type="picture", text="", media="http://example.com"),
]
OTHERS = {"our own, delivered": {**said(text=YES), "event": "delivered"}}
UNSIGNED = set()


def signed(found, *, now, values=VALUES):
    if isinstance(found, dict):
        found = {**found, "timestamp": int(now * 1000)}
    body = found if isinstance(found, bytes) else json.dumps(found).encode()
    digest = hmac.new(values["token"].encode(), body, hashlib.sha256).hexdigest()
    return webhooks.event("viber/main", body, {"x-viber-content-signature": digest})


def SENDER(user):
    return f"{user:011}A="


def heard(one):
    """Viber's chats have one person each."""
    person = {**ADA, "id": SENDER(one.user if one.chat == 1 else one.chat)}
    return said(one.number, person, text=one.text)


message = saying(heard, signed, VALUES)


class ViberDouble(Double):
    """One bot's API; it answers 200 to whatever goes wrong."""

    def __init__(self, values):
        super().__init__()
        self._token = values["token"]

    def respond(self, request):
        given = request.json()
        if request.headers.get("x-viber-auth-token") != self._token:
            return Answer({"status": 2, "status_message": "invalidAuthToken"})
        if request.path == "/pa/get_account_info":
            return Answer({"status": 0, "status_message": "ok"})
        self.post(Message(given["receiver"], "", given["text"], request.at))
        return Answer({"status": 0, "status_message": "ok", "message_token": 5741311803571721087})

    def limited(self):
        return Answer({"status": 12, "status_message": "tooManyRequests"})


double = ViberDouble


def test_a_message_of_the_documentation():
    found = envelope("viber", said(text="a message to the service"))

    assert found.text == "a message to the service"
    assert found.sender == Sender("01234567890A=", "Ada", "en")
    assert found.reply_to == {"receiver": "01234567890A="}


@pytest.mark.parametrize(("status", "error"), [(2, UnavailableError), (6, RejectedError)])
def test_a_refusal_comes_with_status_200(status, error):
    with ViberDouble(VALUES) as platform:
        platform.trouble(Answer({"status": status}))
        with pytest.raises(error):
            sender("viber", api=platform.api).send({"receiver": "01234567890A="}, PART)
