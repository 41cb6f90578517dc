"""Caps are exact, whoever plans what at the same time, and who is over one reads which."""

import pytest
from msgspec import structs

from functions.dispatch import app as dispatch
from functions.dispatch import decisions
from functions.dispatch.planner.base import Plan, Step
from switchboard import config
from switchboard.config import Amounts
from switchboard.ledger import people
from switchboard.runtime import current
from tests.kit import build


@pytest.fixture
def caps():
    """Set the caps of a day."""

    def allow(**amounts):
        found = config.load()
        day = structs.replace(Amounts(messages=1000, calls=1000, tokens=1000, money=10), **amounts)
        made = structs.replace(found, caps=structs.replace(found.caps, day=day))
        current().give(config.load, made)

    return allow


def test_two_hundred_parallel_calls_against_a_cap_of_a_hundred_give_exactly_a_hundred(flow, caps):
    caps(calls=100)
    waiting = list(range(200))

    def overlap(port, when):
        """Up to three workers stand between reading and committing at the same time."""
        if port == "dynamodb.TransactWriteItems" and when == "before" and len(depth) < 3:
            work()

    depth = []

    def work():
        if waiting:
            number = waiting.pop()
            lane = {"conversation": f"room-{number % 7}", "number": 5000 + number}
            depth.append(number)
            dispatch.dispatch(build.envelope("/desk notes.list", **lane), flow.clock())
            depth.pop()

    flow.ports.watch = overlap
    while waiting:
        work()
    flow.ports.watch = None
    flow.settle()

    assert len(flow.states("op")) == 100
    assert flow.ports.calls.count("desk.notes.list") == 100
    assert len(flow.audits("denied")) == 100
    (row,) = flow.aws.table.found("usage#ada")
    assert (row["calls"], row["messages"]) == (100, 100)


def test_who_is_over_a_cap_reads_which_until_midnight_and_nobody_else_does(flow, caps):
    caps(messages=2)
    flow.pair("bob")
    for sender in ("ada", "ada", "ada", "bob"):
        flow.say("/help", sender=sender)
    flow.settle()
    flow.clock.advance(86_400)
    flow.say("/help")
    flow.settle()

    over = (
        "You have reached today's limit of 2 (messages). It is lifted at midnight, Asia/Shanghai."
    )
    assert [text == over for text in flow.answers()] == [False, False, True, False]
    assert "limit" not in flow.answers("bob")[0]


def test_a_redelivered_message_counts_once(flow, caps):
    caps(messages=1)
    envelope = build.envelope("/help")
    for _ in range(3):
        dispatch.dispatch(envelope, flow.clock())

    assert flow.aws.table.found("usage#ada")[0]["messages"] == 1
    assert len(flow.states("answer")) == 1


def test_a_person_has_one_cap_over_all_their_channels(flow, caps):
    caps(messages=1)
    flow.pair("ada-elsewhere")
    senders = [("web", "main", sender) for sender in ("ada", "ada-elsewhere")]
    for channel, account, sender in senders:
        people.pair(channel, account, sender, build.person())
    flow.say("/help")
    flow.say("/help", sender="ada-elsewhere")
    flow.settle()

    assert "limit of 1" in flow.answers("ada-elsewhere")[-1]


class Model:
    """A planner whose plans cost tokens."""

    def plan(self, turn):
        steps = tuple(Step("desk", "notes.list", {}) for _ in range(turn.text.count("x")))
        return Plan(steps, "" if steps else "nothing to do", tokens=400)


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setattr(decisions, "CommandPlanner", lambda catalogue: Model())


def test_tokens_are_counted_and_capped(flow, caps, model):
    caps(tokens=1000)
    for _ in range(3):
        flow.say("think")
    flow.settle()

    assert flow.answers()[2].startswith("You have reached today's limit of 1000 (tokens)")
    assert flow.aws.table.found("usage#ada")[0]["tokens"] == 800


def test_money_is_counted_by_the_prices_of_manifests_and_capped(flow, caps):
    caps(money=0.25)
    for number in range(3):
        flow.say(f"/desk letters.send letter-{number}")
    flow.settle()

    assert len(flow.vendor.done("letters.send")) == 2
    assert sum("limit of 0.25 (money)" in text for text in flow.answers()) == 1


def test_one_message_may_take_so_many_steps_and_no_more(flow, model):
    flow.say("xxxx")
    flow.say("xxx")
    flow.settle()

    assert flow.answers()[0] == "That would take 4 calls; one message may take 3."
    assert flow.states("op") == ["DONE"] * 3
