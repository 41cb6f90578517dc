"""State-changing ops of one conversation take turns, in the order of its messages."""

import pytest

from switchboard.errors import BadRequestError
from switchboard.ledger import lanes, ops, runs
from switchboard.ledger.lanes import LIMIT as LANE_LIMIT
from switchboard.ledger.runs import Planned
from switchboard.ledger.states import OpState
from tests.kit import build
from tests.kit.clock import START
from tests.kit.stories import in_lane, op_row, record, started

LANE = "web/main/ada"


def start(command, now=START):
    return ops.claim(command, changes=True, lease=45.0, now=now)


def lane(cloud, name=LANE):
    return cloud.table.plain(f"lane#{name}", "lane")["ops"]


def test_only_the_head_of_a_lane_starts(cloud):
    first, second = in_lane(1), in_lane(2)

    assert start(second) is None
    assert op_row(cloud, second)["state"] == "PLANNED"
    assert start(first) is not None


def test_the_next_starts_when_the_head_has_ended(cloud):
    first, second = in_lane(1), in_lane(2)
    ops.close(start(first), build.result(), OpState.DONE, START)

    assert lane(cloud) == [f"{build.run_id(2)}/0"]
    assert start(second) is not None


@pytest.mark.parametrize("state", [OpState.DONE, OpState.FAILED, OpState.UNKNOWN])
def test_every_end_of_an_op_frees_its_lane(cloud, state):
    ops.close(start(in_lane(1)), build.result(), state, START)

    assert lane(cloud) == []
    assert lanes.head_of(LANE) is None


def test_a_released_op_keeps_its_place(cloud):
    first, second = in_lane(1), in_lane(2)

    ops.release(start(first), due_at=START + 30)

    assert start(second) is None
    assert start(first) is not None


def test_a_loser_does_not_free_the_lane(cloud):
    first, second = in_lane(1), in_lane(2)
    loser = start(first)
    winner = start(first, START + 60)

    assert not ops.close(loser, build.result(), OpState.DONE, START + 61)
    assert start(second, START + 61) is None
    assert ops.close(winner, build.result(), OpState.DONE, START + 62)
    assert start(second, START + 63) is not None


def test_a_second_close_does_not_free_the_next_one_s_place(cloud):
    first, second = in_lane(1), in_lane(2)
    claim = start(first)
    ops.close(claim, build.result(), OpState.DONE, START)

    assert not ops.close(claim, build.result(), OpState.DONE, START)
    assert lane(cloud) == [f"{second.params.meta.run}/0"]


def test_the_head_is_whose_turn_it_is(cloud):
    assert lanes.head_of(LANE) is None
    in_lane(1)
    in_lane(2)

    assert lanes.head_of(LANE) == build.hint(build.run_id(1))


def test_lanes_do_not_wait_for_each_other(cloud):
    in_lane(1)
    other = in_lane(2, "web/main/bob")

    assert start(other) is not None


def test_reads_need_no_lane(cloud):
    in_lane(1)
    read = record(number=2)

    assert started(read).attempt == 1
    assert lane(cloud) == [f"{build.run_id(1)}/0"]


def test_a_full_lane_refuses_and_leaves_no_trace(cloud):
    for number in range(LANE_LIMIT):
        in_lane(number)
    command = build.command("notes.add", {"text": "one more"}, number=99)
    before = dict(cloud.table.rows)

    with pytest.raises(BadRequestError) as caught:
        runs.commit(
            build.envelope(number=99), [Planned(command, True)], locale="en", audits=[], now=START
        )

    assert (caught.value.say, caught.value.values) == ("too_many_waiting", {"limit": LANE_LIMIT})
    assert cloud.table.rows == before


def test_a_lane_takes_again_when_one_has_ended(cloud):
    commands = [in_lane(number) for number in range(LANE_LIMIT)]
    ops.close(start(commands[0]), build.result(), OpState.DONE, START)

    in_lane(99)

    assert len(lane(cloud)) == LANE_LIMIT
    assert lane(cloud)[-1] == f"{build.run_id(99)}/0"


def test_the_steps_of_one_message_take_their_turns(cloud):
    steps = [build.command("notes.add", {"text": str(step)}, step=step) for step in range(3)]
    planned = [Planned(one, True) for one in steps[:1]]
    runs.commit(build.envelope(), planned, locale="en", audits=[], now=START)

    assert start(steps[1]) is None
    assert start(steps[0]) is not None


def test_an_op_that_is_not_the_head_of_its_lane_removes_nobody_from_it(cloud):
    claim = start(in_lane(1))
    cloud.table.rows[f"lane#{LANE}", "lane"]["ops"] = {"L": [{"S": "somebody else's"}]}

    assert not ops.close(claim, build.result(), OpState.DONE, START)
    assert lane(cloud) == ["somebody else's"]
