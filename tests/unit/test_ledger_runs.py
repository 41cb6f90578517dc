"""What is to be done about a message is committed once, whole, or not at all."""

import pytest

from switchboard import audit
from switchboard.cloud.aws import AwsError
from switchboard.ledger import dues, ops, people, replies, runs
from switchboard.ledger.people import StalePersonError
from switchboard.ledger.runs import Planned
from switchboard.ledger.states import OpState, ReplyState
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import answered, in_lane, record, started


def commit(envelope, *commands, answer=None, guards=(), now=START):
    return runs.commit(
        envelope,
        [Planned(one, False) for one in commands],
        answer,
        locale="en",
        audits=[audit.intent(one, now) for one in commands],
        guards=guards,
        now=now,
    )


def test_a_message_is_recorded_once(cloud):
    envelope, command = build.envelope(), build.command()

    assert commit(envelope, command)
    before = dict(cloud.table.rows)

    assert not commit(envelope, command)
    assert cloud.table.rows == before


def test_the_same_message_planned_otherwise_is_still_the_same_message(cloud):
    commit(build.envelope(), build.command())

    assert not commit(build.envelope(), build.command("notes.add", {"text": "x"}))


def test_a_commit_whose_answer_was_lost_happened_once(cloud):
    cloud.ports.fail("dynamodb.TransactWriteItems", ports.dropped(), when="after")

    assert not commit(build.envelope(), build.command())
    assert len(cloud.table.found("run#")) == 2


def test_an_intent_is_committed_with_the_op(cloud):
    command = build.command("notes.add", {"text": "milk"})

    commit(build.envelope(), command)

    (row,) = cloud.table.found("audit#")
    assert (row["phase"], row["op_id"], row["operation"]) == (
        "intent",
        str(command.id),
        "notes.add",
    )
    assert "milk" not in str(row)


def test_without_the_record_there_is_no_op(cloud):
    cloud.ports.fail("dynamodb.TransactWriteItems", ports.refused("AccessDeniedException"))

    with pytest.raises(AwsError):
        commit(build.envelope(), build.command())
    assert not cloud.table.rows


def test_an_answer_of_ours_is_ready_at_once(cloud):
    envelope = build.envelope()

    commit(envelope, answer=build.result("hello"))

    row = cloud.table.plain(f"run#{envelope.id}", "answer#000")
    assert row["state"] == "READY"
    assert "hello" in row["answer"]


def test_a_known_person_who_has_not_changed_passes(cloud):
    people.pair("web", "main", "ada", build.person())
    person = people.person_of(build.envelope())

    assert commit(build.envelope(), guards=[people.unchanged_guard(build.envelope(), person)])


def test_a_person_who_has_changed_is_found_out(cloud):
    envelope = build.envelope()
    people.pair("web", "main", "ada", build.person())
    person = people.person_of(envelope)
    people.pair("web", "main", "ada", build.person("guest"))

    with pytest.raises(StalePersonError):
        commit(envelope, build.command(), guards=[people.unchanged_guard(envelope, person)])
    assert not cloud.table.found("run#")


def test_a_repeated_message_is_known_even_when_the_person_has_changed(cloud):
    envelope = build.envelope()
    people.pair("web", "main", "ada", build.person())
    guards = [people.unchanged_guard(envelope, people.person_of(envelope))]
    commit(envelope, guards=guards)
    people.pair("web", "main", "ada", build.person("guest"))

    assert not commit(envelope, guards=guards)


def test_a_stranger_is_answered_once(cloud):
    first, second = build.envelope(number=1), build.envelope(number=2)

    assert commit(first, answer=build.failure(), guards=[people.first_refusal_guard(first, START)])
    with pytest.raises(StalePersonError):
        commit(second, answer=build.failure(), guards=[people.first_refusal_guard(second, START)])
    assert len(cloud.table.found("run#")) == 2


def test_nothing_is_due_before_its_hint_had_its_time(cloud):
    record()
    answered(number=2)

    assert dues.list_due(START + 60, 100) == []


def test_a_call_and_an_answer_are_due_when_their_hints_are_late(cloud):
    command = record()
    hint = answered(number=2)

    found = [dues.read(row) for row in dues.list_due(START + 61, 100)]

    assert {(one.hint, one.command is None) for one in found} == {
        (build.hint(command.params.meta.run), False),
        (hint, True),
    }
    assert command in [one.command for one in found]
    assert {(one.lane, one.attempt, one.due_at) for one in found} == {
        ("web/main/ada", 0, START + 60)
    }


def test_a_started_call_is_due_when_its_lease_is_over(cloud):
    command = record()
    started(command, lease=500.0)

    assert dues.list_due(START + 499, 100) == []
    assert [dues.read(row).command for row in dues.list_due(START + 501, 100)] == [command]


def test_what_has_ended_is_never_due(cloud):
    command = record()
    ops.close(started(command), build.result(), OpState.DONE, START)
    sending = replies.claim(build.hint(build.run_id()), lease=75.0, now=START)
    replies.settle(sending, ReplyState.SENT)

    assert dues.list_due(START + 10_000, 100) == []
    assert "due" not in str(cloud.table.found("run#"))


def test_due_rows_of_all_shards_are_found_and_the_limit_holds_for_each(cloud):
    for number in range(60):
        in_lane(number, f"web/main/{number}")

    everything = dues.list_due(START + 61, 100)
    some = dues.list_due(START + 61, 2)

    assert len(everything) == 60
    assert len({row["due"] for row in cloud.table.found("run#") if "due" in row}) == 8
    assert len(some) == 16
