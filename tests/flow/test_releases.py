"""Rows of another release do their work, and a broken one costs only itself."""

import pytest
from msgspec import json

from cli import doctor, letters
from functions.sweep import app as sweep
from switchboard import queues
from switchboard.ledger import dead_letters, dues, held, replies, runs, subscriptions
from switchboard.ledger.dead_letters import DeadLetter
from switchboard.models import Hint
from tests.kit import build
from tests.kit.build import subscriber
from tests.kit.clock import START
from tests.kit.specimens import LANE, ROWS, SOURCE
from tests.kit.stories import answer_row

OLD, LATER, BROKEN = range(3)
LATE = {"later": {"a": [1]}}
FOREIGN = ('{"lane":"xmpp/main/9"}', "{")
"""Subscribers that cannot be read."""


def planted(flow, name, number):
    """Three rows made of one that 0.1.0 wrote; the runs that they are of."""
    file = ROWS / "0.1.0" / f"{name}.json"
    runs = [build.run_id(100 * number + kind) for kind in (OLD, LATER, BROKEN)]
    for kind, run in enumerate(runs):
        text = file.read_text(encoding="utf-8")
        for own in (build.run_id(number), build.command(number=number).id):
            text = text.replace(str(own), str(run))
        row = json.decode(text)
        blob = row["command" if "command" in row else "answer"]
        if kind == LATER:
            row |= {"schema": {"N": "9"}, "later": {"M": {"a": {"BOOL": True}}}}
            blob["S"] = later(blob["S"])
        if kind == BROKEN:
            blob["S"] = blob["S"][:40]
        flow.aws.table.rows[row["pk"]["S"], row["sk"]["S"]] = row
    return runs


def later(blob):
    """With fields that only a later release knows, at each depth."""
    body = json.decode(blob) | LATE
    for name in ("params", "result"):
        if name in body:
            body[name] |= LATE
    return json.encode(body).decode()


def subscribed(number, *chats):
    guard = subscriptions.change_guard(subscriptions.read(SOURCE), chats)
    envelope = build.envelope(number=number)
    runs.commit(envelope, locale="en", audits=[], guards=[guard], now=START)


@pytest.fixture
def calls(flow):
    return planted(flow, "op-planned", 1)


@pytest.fixture
def answers(flow):
    return planted(flow, "reply-ready", 11)


def swept(flow, seconds):
    flow.clock.advance(seconds)
    return {name: count for name, count in sweep.handler({}, None).items() if count}


def unreadable(lines):
    found = [line for line in lines() if "unreadable" in line]
    assert all(line["run"] for line in found)
    return sum(line["unreadable"] for line in found)


def test_the_sweep_takes_up_what_it_can_read_and_puts_off_the_rest(flow, calls, answers, lines):
    assert swept(flow, 61) == {"calls": 2, "answers": 2, "unreadable": 2}
    assert unreadable(lines) == 2
    assert len(flow.pump().answers()) == 4
    assert "unreadable" not in swept(flow, 61)

    assert swept(flow, dues.UNREADABLE_SECONDS)["unreadable"] == 2


def test_dispatch_starts_the_calls_that_it_can_read(flow, calls, lines):
    for run in calls:
        queues.next_in_lane(Hint(run, 0), LANE)

    flow.plan()

    started = [one.event["params"]["_meta"]["run"] for one in flow.aws.invocations]
    assert started == [str(calls[OLD]), str(calls[LATER])]
    assert not flow.aws.hints.messages
    assert unreadable(lines) == 1


def test_a_tool_runs_the_calls_that_it_can_read(flow, calls, lines):
    states = [flow.call(build.command(run=run)) for run in calls]

    assert states == ["DONE", "DONE", "SKIPPED"]
    assert unreadable(lines) == 1


def test_deliver_pushes_the_replies_that_it_can_read(flow, answers, lines):
    for run in answers:
        queues.push(Hint(run, 0), LANE)

    assert len(flow.pump().answers()) == 2
    assert not flow.aws.outbox.messages
    assert unreadable(lines) == 1


def test_doctor_names_what_cannot_be_read(flow, calls, answers):
    swept(flow, 61)

    (found,) = [one for one in doctor.ledger(flow.clock()) if one.what == "unreadable rows"]

    assert not found.good
    assert found.detail.startswith("2 rows")
    assert str(calls[BROKEN]) in found.detail


def test_a_change_behind_one_that_cannot_be_read_is_given_up_and_told(flow):
    for text in ("first", "second", "third"):
        flow.say(f"/desk notes.add {text}")
    flow.plan()
    flow.aws.invocations.clear()
    row = next(row for row in flow.aws.table.rows.values() if '"first"' in str(row))
    row["command"]["S"] = row["command"]["S"][:40]

    for _ in range(32):
        flow.minute()

    assert flow.vendor.effects == []
    assert ["too much time has passed" in text for text in flow.answers()] == [True, True]
    assert sorted(flow.states("op")) == ["EXPIRED", "EXPIRED", "PLANNED"]


def test_what_only_a_later_release_knows_is_held_and_let_out_with_the_reply(flow, answers):
    hint = Hint(answers[LATER], 0)
    held.hold(replies.claim(hint, lease=9.0, now=START), 0, START)
    (kept,) = held.list_waiting(LANE, 9)

    assert held.release(kept, {"message": "m-9"}, START)

    reply = json.decode(answer_row(flow.aws, hint)["answer"])
    assert (reply["later"], reply["result"]["later"]) == (LATE["later"], LATE["later"])
    assert (reply["reply_to"], reply["held_at"]) == ({"message": "m-9"}, START)


def test_what_only_a_later_release_knows_of_a_dead_letter_is_sent_again_with_it(flow):
    body = later(build.encoded(build.envelope()))
    dead_letters.keep(DeadLetter(str(build.run_id()), body, START))

    assert letters.redrive_all()["redriven"] == 1

    (again,) = [json.decode(one.body) for one in flow.aws.inbox.messages]
    was = json.decode(body)
    assert again.pop("id") != was.pop("id")
    assert again == was


def test_what_only_a_later_release_knows_of_subscribers_stays(flow):
    subscribed(1, subscriber(1), subscriber(2))
    listed = flow.aws.table.rows[f"subscriptions#{SOURCE}", "subscriptions"]["subscribers"]["L"]
    listed[0]["S"] = later(listed[0]["S"])
    listed += [{"S": one} for one in FOREIGN]

    subscribed(2, *reversed(subscriptions.read(SOURCE).subscribers), subscriber(3))

    found = subscriptions.read(SOURCE)
    assert found.subscribers == (subscriber(2), subscriber(1), subscriber(3))
    assert found.texts[:2] == FOREIGN
    assert ["later" in text for text in found.texts[2:]] == [False, True, False]
