"""Only what a person writes, there and then, answers a question; and who else reads it is known."""

import pytest

from switchboard import control
from switchboard.channels import registry
from tests import signers
from tests.kit.channels import NOW, received, receiver, webhook
from tests.signers import dingtalkevent, googlechat, matrix, mattermost, rocketchat, teamswebhook
from tests.signers.saying import YES

OTHERS = {name: signers.signer(name).OTHERS for name in registry.names()}
"""By channel, the words of somebody or something else, as its platform tells that they are."""
SILENT = {"github", "web", "webhook", "wechat"}
"""What says nothing of the kind: events, our own page, another system, and chats of one person."""
SAID = sorted({(name, kind) for name, kinds in OTHERS.items() for kind in kinds})


def test_only_these_channels_have_nothing_of_the_kind():
    assert {name for name, kinds in OTHERS.items() if not kinds} == SILENT


@pytest.mark.parametrize("name", sorted(OTHERS.keys() - SILENT))
def test_what_a_person_writes_is_an_answer(name):
    event = signers.signer(name).message(YES, number=1, now=NOW)
    (said,) = receiver(name).receive(webhook(event)).envelopes

    assert control.is_guarded(said.text)


@pytest.mark.parametrize(("name", "kind"), SAID)
def test_what_somebody_else_wrote_or_what_was_changed_is_no_answer(name, kind):
    said = received(name, OTHERS[name][kind]).envelopes

    assert not [one.text for one in said if control.is_guarded(one.text)]


def test_only_another_system_is_no_person():
    told = {name for name in registry.names() if not registry.channel(name).receive.people}

    assert told == {"webhook"}


US, ADA = mattermost.VALUES["bot_user_id"], mattermost.SENDER(1)
BOT, BOB = rocketchat.VALUES["user_id"], rocketchat.SENDER(1)


def space(**told):
    found = googlechat.said("/help")
    return {**found, "space": {**found["space"], **told}}


@pytest.mark.parametrize(
    ("name", "found", "chat"),
    [
        ("googlechat", space(type="DM"), "direct"),
        ("googlechat", space(singleUserBotDm=True), "direct"),
        ("googlechat", space(spaceType="DIRECT_MESSAGE"), "group"),  # perhaps of two people
        ("googlechat", googlechat.in_add_on(space(singleUserBotDm=True)), "direct"),
        ("googlechat", space(), "group"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{US}__{ADA}"}, "direct"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{ADA}__{US}"}, "direct"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{ADA}__x"}, "group"),
        ("mattermost", mattermost.said("/help"), "group"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOT + BOB}, "direct"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOB + BOT}, "direct"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOB + "x"}, "group"),
        ("rocketchat", rocketchat.said("/help"), "group"),
        ("matrix", {"events": [matrix.event("/help")]}, "group"),
        ("dingtalkevent", dingtalkevent.EVENTS[0], "group"),
        ("teamswebhook", teamswebhook.said("/help"), "group"),
    ],
)
def test_a_chat_is_direct_where_its_platform_says_that_nobody_else_reads_it(name, found, chat):
    (said,) = received(name, found).envelopes

    assert said.chat == chat
