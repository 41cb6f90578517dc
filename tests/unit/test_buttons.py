"""Buttons: which answers have them, who is sent them, and in what form."""

import json
import time

import pytest
from msgspec import structs

from functions.deliver import render
from switchboard.channels import registry
from switchboard.channels.base import Limits, Outbound, Part, Sender
from switchboard.cloud import aws
from switchboard.frame import faults
from switchboard.ledger import refs
from switchboard.models import Button, Fault, Outcome, Result
from switchboard.net import exchange
from switchboard.net.http import HttpResponse
from switchboard.runtime import current
from tests.kit import build, channels
from tests.kit.clock import Clock
from tests.kit.fakes import Aws
from tests.kit.stories import answer
from tests.signers import signer

BUTTONS = (Button("Check", "/check 7K3Q9D"), Button("Repeat", "/repeat 7K3Q9D"))
PART = Part("It may have happened.", "0b6f9a3e-6f0e-4a53-9e8e-1f1d1c1b1a19-0", buttons=BUTTONS)
POLITE = {
    "ok": True,
    "code": 0,
    "tenant_access_token": "t-1",
    "expire": 7200,
    "access_token": "t-1",
    "expires_in": 7200,
}
SHOWN = {
    "discord": lambda sent: [
        (one["label"], one["custom_id"]) for one in sent["components"][0]["components"]
    ],
    "feishu": lambda sent: [
        (one["text"]["content"], one["behaviors"][0]["value"]["text"])
        for one in json.loads(sent["content"])["body"]["elements"][1:]
    ],
    "googlechat": lambda sent: [
        (one["text"], one["onClick"]["action"]["parameters"][0]["value"])
        for one in sent["cardsV2"][0]["card"]["sections"][0]["widgets"][0]["buttonList"]["buttons"]
    ],
    "line": lambda sent: [
        (one["action"]["label"], one["action"]["data"])
        for one in sent["messages"][0]["quickReply"]["items"]
    ],
    "slack": lambda sent: [
        (one["text"]["text"], one["value"]) for one in sent["blocks"][1]["elements"]
    ],
    "teams": lambda sent: [
        (one["title"], one["value"]["text"]) for one in sent["attachments"][0]["content"]["buttons"]
    ],
    "telegram": lambda sent: [
        (one["text"], one["callback_data"]) for one in sent["reply_markup"]["inline_keyboard"][0]
    ],
    "whatsapp": lambda sent: [
        (one["reply"]["title"], one["reply"]["id"])
        for one in sent["interactive"]["action"]["buttons"]
    ],
}
"""Where each platform has a button's label, and what comes back when it is pressed."""


@pytest.fixture
def sent():
    """The payloads of what is sent, in order."""
    found = []

    def reply(method, url, body, headers):
        if "json" in headers.get("content-type", ""):
            found.append(json.loads(body))
        return HttpResponse(200, {}, POLITE)

    current().give(aws.transport, Aws(Clock(time.time())))
    current().give(exchange.current, reply)
    return found


def send(kind, part=PART):
    made = signer(kind)
    now = time.time()
    webhook = channels.webhook(made.message("/help", number=1, now=now), now)
    (envelope,) = channels.receiver(kind).receive(webhook).envelopes
    channels.sender(kind).send(envelope.reply_to, part)


def with_buttons():
    found = {kind: registry.channel(kind).send for kind in registry.names()}
    return {kind for kind, send in found.items() if send and send.takes_buttons}


def test_the_form_of_every_platforms_buttons_is_known():
    assert with_buttons() == {*SHOWN, "web"}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_button_carries_what_it_stands_for(sent, kind):
    send(kind)

    assert SHOWN[kind](sent[-1]) == [(one.label, one.says) for one in BUTTONS]
    assert PART.text in json.dumps(sent[-1])


@pytest.mark.parametrize("kind", SHOWN)
def test_without_buttons_there_is_no_trace_of_them(sent, kind):
    send(kind, Part(PART.text, PART.key))

    with pytest.raises((KeyError, IndexError)):
        assert SHOWN[kind](sent[-1])[0]


def test_a_text_too_long_for_buttons_goes_without(sent):
    send("whatsapp", Part("x" * 1_025, PART.key, buttons=BUTTONS))

    assert sent[-1]["text"] == {"body": "x" * 1_025, "preview_url": False}


@pytest.mark.parametrize(
    ("phrase", "labels"),
    [("unknown_outcome", ["Check", "Repeat"]), ("too_old", ["Repeat"]), ("stopped", ["Repeat"])],
)
def test_what_can_be_done_about_a_call_can_be_pressed(phrase, labels):
    command = build.command()
    buttons = faults.fault(command, -32001, phrase).buttons

    assert [one.label for one in buttons] == labels
    assert {one.says.split()[1] for one in buttons} == {refs.ref_of(command.id)}


def test_a_refusal_offers_nothing():
    assert faults.fault(build.command(), -32602, "question_closed").buttons == ()


def test_a_button_for_more_than_a_platform_takes_is_left_to_the_words():
    sender = Sender("main", {}, Outbound(Limits(text=11_000), takes_buttons=True))
    outcome = Outcome(text="x", buttons=(*BUTTONS, Button("Run it", "/desk " + "x" * 60)))
    reply = structs.replace(answer("x"), result=Result(id=build.run_id(), result=outcome))

    (part,) = render.parts(reply, sender, again=False)
    assert part.buttons == BUTTONS
    assert not part.error


@pytest.mark.parametrize(("takes", "expected"), [(False, ()), (True, BUTTONS)])
def test_only_the_last_message_has_them_and_only_where_they_can_be_pressed(takes, expected):
    sender = Sender("main", {}, Outbound(Limits(text=11_000), takes_buttons=takes))
    made = answer("x")
    result = Result(id=made.result.id, error=Fault(-32001, "word " * 5_000, BUTTONS))
    parts = render.parts(structs.replace(made, result=result), sender, again=False)
    *before, last = parts

    assert before
    assert {one.buttons for one in before} == {()}
    assert last.buttons == expected
