"""What is to be done about a message is committed once, whole, or not at all."""

import pytest

from switchboard import audit
from switchboard.ledger import dues, people, runs
from switchboard.ledger.people import StalePersonError
from switchboard.ledger.runs import Planned
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import answered, in_lane, record


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


def test_a_message_is_recorded_once_however_it_is_planned_again(cloud):
    assert commit(build.envelope(), build.command())
    before = dict(cloud.table.rows)

    for again in (build.command(), build.command("notes.add", {"text": "x"})):
        assert not commit(build.envelope(), again)
        assert cloud.table.rows == before


def test_a_commit_whose_answer_was_lost_happened_once(cloud):
    cloud.ports.fail("dynamodb.TransactWriteItems", ports.dropped(), when="after")

    assert not commit(build.envelope(), build.command())
    assert len(cloud.table.found("run#")) == 2


def test_an_intent_is_committed_with_the_op(cloud):
    command = build.command("notes.add", {"text": "milk"})

    commit(build.envelope(), command)

    (row,) = cloud.table.found("audit#")
    assert (row["phase"], row["op_id"]) == ("intent", str(command.id))
    assert row["operation"] == "notes.add"
    assert "milk" not in str(row)


def test_a_person_who_has_changed_is_found_out_except_by_a_repeated_message(cloud):
    first, second = build.envelope(), build.envelope(number=2)
    people.pair("web", "main", "ada", build.person())
    guards = [people.unchanged_guard(first, people.person_of(first))]
    assert commit(first, guards=guards)
    people.pair("web", "main", "ada", build.person("guest"))

    assert not commit(first, guards=guards)
    with pytest.raises(StalePersonError):
        commit(second, build.command(number=2), guards=guards)
    assert not cloud.table.found(f"run#{second.id}")


def test_a_stranger_is_answered_once(cloud):
    first, second = build.envelope(number=1), build.envelope(number=2)

    assert commit(first, answer=build.failure(), guards=people.first_refusal_guards(first, START))
    with pytest.raises(StalePersonError):
        commit(second, answer=build.failure(), guards=people.first_refusal_guards(second, START))
    assert len(cloud.table.found("run#")) == 2


def test_a_call_and_an_answer_are_due_when_their_hints_are_late(cloud):
    command = record()
    hint = answered(number=2)

    found = [dues.read(row) for row in dues.list_due(START + 61, 100)]

    commands = {one.hint: one.command for one in found}
    assert commands == {build.hint(command.params.meta.run): command, hint: None}
    assert {(one.lane, one.attempt) for one in found} == {("web/main/ada", 0)}
    assert {one.due_at for one in found} == {START + 60}


def test_due_rows_of_all_shards_are_found_and_the_limit_holds_for_each(cloud):
    for number in range(60):
        in_lane(number, f"web/main/{number}")

    everything = dues.list_due(START + 61, 100)
    some = dues.list_due(START + 61, 2)

    assert len(everything) == 60
    assert len({row["due"] for row in cloud.table.found("run#") if "due" in row}) == 8
    assert len(some) == 16
