"""The moves of an op: who may start it, and who may end it."""

import pytest

from switchboard.cloud.aws import AwsError
from switchboard.errors import UnavailableError
from switchboard.ledger import ops
from switchboard.ledger.states import OpState
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import op_row, record, started

LEASE = 45.0


def test_what_was_committed_runs_whatever_the_hint_says(cloud):
    command = record(build.command("notes.add", {"text": "milk"}))
    forged = build.command("notes.add", {"text": "poison"})

    claim = ops.claim(forged, changes=False, lease=LEASE, now=START)

    assert claim is not None
    assert claim.command == command


def test_a_throttled_table_is_tried_again_and_then_given_up(cloud):
    command = record()
    cloud.ports.fail("dynamodb.UpdateItem", ports.throttled(), times=4)

    with pytest.raises(UnavailableError):
        ops.claim(command, changes=False, lease=LEASE, now=START)
    assert started(command).attempt == 1


def test_a_released_op_is_planned_again_and_due_when_told(cloud):
    command = record()

    ops.release(started(command), due_at=START + 30)

    row = op_row(cloud, command)
    assert (row["state"], row["due_at"]) == ("PLANNED", START + 30)
    assert started(command).attempt == 2


def test_closing_commits_the_state_the_answer_and_the_record_at_once(cloud):
    command = record()

    assert ops.close(started(command), build.result("three"), OpState.DONE, START + 1)

    row = op_row(cloud, command)
    assert row["state"] == "DONE"
    assert not {"due", "due_at", "lease_until"} & set(row)
    answer = cloud.table.plain(f"run#{build.run_id()}", "answer#000")
    assert answer["state"] == "READY"
    assert "three" in answer["answer"]
    (outcome,) = [one for one in cloud.table.found("audit#") if one["phase"] == "outcome"]
    assert (outcome["outcome"], outcome["op_id"]) == ("DONE", str(command.id))


def test_a_close_that_cannot_be_recorded_does_not_happen(cloud):
    command = record()
    claim = started(command)
    cloud.ports.fail("dynamodb.TransactWriteItems", ports.refused("AccessDeniedException"))

    with pytest.raises(AwsError):
        ops.close(claim, build.result(), OpState.DONE, START)
    assert op_row(cloud, command)["state"] == "STARTED"


def test_the_command_of_an_op_is_known_until_it_has_ended(cloud):
    command = record()
    hint = ledger_hint(command)

    assert ops.find_open(hint).command == command
    ops.close(started(command), build.result(), OpState.DONE, START)
    assert ops.find_open(hint) is None


def test_an_op_that_is_not_there_has_no_command(cloud):
    assert ops.find_open(ledger_hint(build.command())) is None


def ledger_hint(command):
    return build.hint(command.params.meta.run, command.params.meta.step)
