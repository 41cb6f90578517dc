"""Events through all stages: who subscribed is told, and nobody's words make a plan."""

from switchboard.ledger import dead_letters
from tests import signers
from tests.kit import environment
from tests.signers import github, matrix


def connected(flow):
    flow.aws.parameters[environment.CHANNELS] = signers.accounts()
    return flow


def test_who_subscribed_is_told_what_happened_and_after_that_no_more(flow):
    connected(flow).say("/subscribe github Example/repo1 issues")
    flow.settle()
    flow.webhook(github.message("/desk notes.add milk", number=7, now=flow.clock()))
    flow.settle().say("/unsubscribe github Example/repo1")
    flow.settle()
    flow.webhook(github.message("It broke again", number=8, now=flow.clock()))
    flow.settle()

    first, told, last = flow.answers()
    assert first == "In this chat I now tell you about example/repo1: new issues."
    assert told.startswith("user1 opened an issue: ")
    assert "notes.add milk" in told
    assert last == "In this chat I tell you nothing about example/repo1 any more."
    assert flow.vendor.effects == []
    assert [row["outcome"] for row in flow.audits("control")] == ["subscribe", "unsubscribe"]


def test_a_guest_is_told_of_nothing(flow):
    connected(flow).pair("gus", role="guest")
    flow.say("/subscribe github Example/repo1", "gus")
    flow.say("/subscribe github Example/repo1")
    flow.settle().pair("ada", role="guest")  # who was a member when she subscribed
    flow.webhook(github.message("It broke", number=7, now=flow.clock()))
    flow.settle()

    assert flow.answers("gus") == ["You may not do that."]
    assert len(flow.answers()) == 1


def test_what_is_encrypted_is_answered_and_not_planned(flow):
    connected(flow).pair(matrix.SENDER(1), channel="matrix")
    secret = {"type": "m.room.encrypted", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    flow.webhook(matrix.signed({"events": [{**matrix.event("", number=1), **secret}]}))
    flow.settle()

    assert "encrypted" in flow.chat.posts[-1].payload["body"]
    assert flow.states("op") == []


def test_an_event_that_cannot_be_handled_is_kept_and_answered_to_nobody(flow):
    connected(flow).webhook(github.message("It broke", number=7, now=flow.clock()))
    flow.aws.inbox_dead.messages.extend(flow.aws.inbox.messages)
    flow.aws.inbox.messages.clear()
    flow.sweep()

    (kept,) = dead_letters.list_all()
    assert "It broke" in kept.body
    assert flow.states("answer") == []
