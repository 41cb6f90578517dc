"""What an operator reads of a message: every move and record, and nobody's words."""

import pytest

from cli import ledger as shown
from switchboard.ledger import history
from tests.kit import build

LANE = "web/main/ada"


@pytest.fixture
def told(flow):
    """A change that was stopped and then repeated; its rows."""
    flow.say("/stop")
    flow.say("/desk notes.add a-very-private-word")
    flow.settle()
    (row,) = flow.aws.table.found(f"ref#{LANE}")
    flow.say("/resume")
    flow.say(f"/repeat {row['sk']}")
    flow.settle()
    return history.rows_of(build.run_id(0).__class__(row["run"]))


def test_a_history_holds_the_run_its_repeated_call_its_answer_and_both_records(told):
    kinds = {str(row["sk"]).partition("#")[0]: row for row in told if row["pk"][:4] == "run#"}
    phases = {row["phase"]: row["outcome"] for row in told if "phase" in row}

    assert sorted(kinds) == ["answer", "op", "run"]
    assert len(told) == len(kinds) + len(phases)
    assert phases == {"intent": "", "outcome": "STOPPED"}
    op = kinds["op"]
    assert (op["tool"], op["operation"], op["actor"]) == ("desk", "notes.add", "ada")
    assert op["state"] == "STOPPED"
    assert op["repeated_by"]


def test_the_story_has_times_that_people_read_and_nobody_s_words(told):
    page = shown.story([dict(row) for row in told])

    assert "2026-09-21 14:13:20Z  desk notes.add was planned for ada as call" in page
    assert "now: call 000 is STOPPED, repeated by call" in page
    assert "private" not in str(told) + page


def test_a_call_s_id_leads_to_its_run(flow, told):
    (op,) = [row for row in told if str(row["sk"]).startswith("op#")]

    assert str(history.run_of_call(op["op_id"], flow.clock())) == str(op["pk"])[4:]
    never = build.run_id(77)
    assert history.run_of_call(str(never), flow.clock()) is None
    assert history.rows_of(never) == []
