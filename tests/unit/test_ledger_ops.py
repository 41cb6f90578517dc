"""The moves of an op: who may start it, and who may end it."""

from switchboard.ledger import ops
from switchboard.ledger.states import OpState
from tests.kit import build
from tests.kit.clock import START
from tests.kit.stories import op_row, record, started, ungranted, unwary

LEASE = 45.0


def test_what_was_committed_runs_whatever_the_hint_says(cloud):
    command = record(build.command("notes.add", {"text": "milk"}))
    forged = build.command("notes.add", {"text": "poison"})

    claim = ops.claim(forged, changes=False, lease=LEASE, now=START, permit=ungranted, wary=unwary)

    assert claim is not None
    assert claim.command == command


def test_closing_commits_the_state_the_answer_and_the_record_at_once(cloud):
    command = record()

    assert ops.close(started(command), build.result("three"), OpState.DONE, START + 1)

    assert op_row(cloud, command)["state"] == "DONE"
    answer = cloud.table.plain(f"run#{build.run_id()}", "answer#000")
    assert answer["state"] == "READY"
    assert "three" in answer["answer"]
    (outcome,) = [one for one in cloud.table.found("audit#") if one["phase"] == "outcome"]
    assert (outcome["outcome"], outcome["op_id"]) == ("DONE", str(command.id))


def test_the_command_of_an_op_is_known_until_it_has_ended(cloud):
    hint = build.hint(build.run_id())
    assert ops.find_open(hint) is None

    command = record()
    assert ops.find_open(hint).command == command
    ops.close(started(command), build.result(), OpState.DONE, START)
    assert ops.find_open(hint) is None
