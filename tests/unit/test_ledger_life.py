"""A run's life: its calls are counted out, it closes with the last, and it may be extended."""

import pytest
from msgspec import json

from switchboard.errors import UnavailableError
from switchboard.ledger import ops, runs
from switchboard.ledger.runs import Extension, Planned
from switchboard.ledger.states import OpState
from switchboard.models import Hint
from tests.kit import build
from tests.kit.clock import START
from tests.kit.specimens import ROWS
from tests.kit.stories import LEASE, answered, record, started, ungranted, unwary

RUN = build.run_id()


def life(cloud, run=RUN):
    row = cloud.table.plain(f"run#{run}", "run")
    return row["state"], row["pending"], row["hop"], row["steps"]


def planned(count):
    """A run of so many reads, all of them claimed."""
    commands = [build.command(step=step) for step in range(count)]
    steps = [Planned(one, changes=False) for one in commands]
    assert runs.commit(build.envelope(), steps, locale="en", audits=[], now=START)
    return [started(one) for one in commands]


def close(claim, state=OpState.DONE, then=None):
    return ops.close(claim, build.result(), state, START + 1, then=then) is not None


def looking(step):
    """The run as it is now, with a call more."""
    run = runs.find(RUN)
    assert run is not None
    return Extension(run, build.command(step=step, looks=build.command().id, asked_at=START + 600))


def test_a_run_closes_with_its_last_call(cloud):
    claims = planned(3)

    found = [(close(claim), *life(cloud)[:2]) for claim in claims]

    assert found == [(True, "OPEN", 2), (True, "OPEN", 1), (True, "CLOSED", 0)]


def test_the_only_call_of_a_run_ends_in_one_transaction(cloud):
    (claim,) = planned(1)
    cloud.ports.calls.clear()

    close(claim)

    assert cloud.ports.calls == ["dynamodb.TransactWriteItems"]


def test_an_answer_and_a_call_that_is_not_run_are_counted_out_too(cloud):
    command = record()

    assert ops.end(command, 0, build.failure(), OpState.EXPIRED, START, place=None)
    assert life(cloud)[:2] == ("CLOSED", 0)
    assert life(cloud, answered(number=2).run)[:2] == ("CLOSED", 0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_calls_that_end_at_the_same_time_are_all_counted(cloud, when):
    claims = planned(3)

    def overlap(operation, at):
        if (operation, at) == ("dynamodb.TransactWriteItems", when):
            cloud.ports.watch = None
            assert close(claims[1])
            assert close(claims[2])

    cloud.ports.watch = overlap
    assert close(claims[0])

    assert life(cloud)[:2] == ("CLOSED", 0)


def test_a_run_is_extended_by_a_call_with_its_next_number(cloud):
    first, second = planned(2)

    assert close(first, OpState.UNKNOWN, looking(2))
    assert life(cloud) == ("OPEN", 2, 1, 3)
    assert close(second)
    assert close(started(build.command(step=2), now=START + 601))

    assert life(cloud) == ("CLOSED", 0, 1, 3)


def test_of_two_who_extend_a_run_at_once_one_comes_later(cloud):
    first, second = planned(2)
    mine, other = looking(2), looking(2)
    assert close(second, OpState.UNKNOWN, other)

    with pytest.raises(UnavailableError):
        close(first, OpState.UNKNOWN, mine)

    assert life(cloud) == ("OPEN", 2, 1, 3)
    assert ops.find_open(Hint(RUN, 0)) is not None
    assert close(first, OpState.UNKNOWN, looking(3))


def test_a_run_knows_how_much_more_may_be_planned(cloud):
    planned(3)
    row = cloud.table.plain(f"run#{RUN}", "run")

    assert row["steps_left"] + 3 == runs.config.load().caps.run.steps
    assert row["until"] == START + runs.config.load().caps.run.seconds


def test_a_run_of_the_release_before_ends_and_is_extended_all_the_same(cloud):
    for name in ("run", "op-planned"):
        row = json.decode((ROWS / "0.1.0" / f"{name}.json").read_bytes())
        cloud.table.rows[row["pk"]["S"], row["sk"]["S"]] = row
    claim = ops.claim(
        build.command(), changes=False, lease=LEASE, now=START, permit=ungranted, wary=unwary
    )

    assert runs.find(RUN) == runs.Run(RUN, 0, 500)
    assert close(claim, OpState.UNKNOWN, looking(500))
    assert close(started(build.command(step=500), now=START + 601))

    assert runs.find(RUN) == runs.Run(RUN, 1, 501)


def test_a_run_whose_row_is_broken_keeps_no_call_from_ending(cloud):
    (claim,) = planned(1)
    row = cloud.table.rows[f"run#{RUN}", "run"]
    cloud.table.rows[f"run#{RUN}", "run"] = {"pk": row["pk"], "sk": row["sk"], "hop": {"S": "?"}}

    assert close(claim)
