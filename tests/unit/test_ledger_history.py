"""What an operator reads of a message: every move and record, and nobody's words."""

import pytest

from cli import doctor
from cli import ledger as shown
from switchboard.ledger import accounts, history, table
from tests.kit import build
from tests.kit.clock import START

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

    assert "2026-09-21 14:13:20Z  +0.0 s  desk notes.add was planned for ada as call" in page
    assert "now: call 000 is STOPPED, repeated by call" in page
    assert "private" not in str(told) + page


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "just now"), (0.4, "just now"), (1, "1 second ago"), (7200, "2 hours ago")],
)
def test_how_long_ago_is_told_by_the_largest_unit(seconds, told):
    assert shown.ago(seconds) == told


def test_answers_that_their_platform_did_not_take_are_told_with_since_when_and_why(cloud):
    run = build.run_id(5)
    row = table.due_row(run, "answer#000", {"state": "READY"}, START)
    table.transact([table.put(row)])
    assert "answers" not in {one.what for one in doctor.ledger(START) if not one.good}

    where = table.key(table.run_key(run), "answer#000")
    change = "SET postponed = :one, why = :why"
    table.write(table.update(where, change, "", one=1, why="slack.com: gaierror"))
    accounts.record_failure("qq/main", "11241", START)
    found = {one.what: one.detail for one in doctor.ledger(START + 90) if not one.good}

    assert "1 answers wait for their platform, the oldest for 90 s: slack" in found["answers"]
    assert "qq/main 1 times, last 11241" in found["accounts"]
    assert "accounts" not in {one.what for one in doctor.ledger(START + 1e5) if not one.good}


def test_a_call_s_id_leads_to_its_run(flow, told):
    (op,) = [row for row in told if str(row["sk"]).startswith("op#")]

    assert str(history.run_of_call(op["op_id"], flow.clock())) == str(op["pk"])[4:]
    never = build.run_id(77)
    assert history.run_of_call(str(never), flow.clock()) is None
    assert history.rows_of(never) == []
