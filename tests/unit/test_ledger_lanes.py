"""State-changing ops of one conversation take turns, in the order of its messages."""

import pytest

from switchboard.errors import BadRequestError
from switchboard.ledger import lanes, ops
from switchboard.ledger.lanes import LIMIT as LANE_LIMIT
from switchboard.ledger.states import OpState
from tests.kit import build
from tests.kit.clock import START
from tests.kit.stories import in_lane, op_row, record, started, ungranted, unwary

LANE = "web/main/ada"


def start(command, now=START):
    return ops.claim(command, changes=True, lease=45.0, now=now, permit=ungranted, wary=unwary)


def lane(cloud, name=LANE):
    return cloud.table.plain(f"lane#{name}", "lane")["ops"]


def test_only_the_head_of_a_lane_starts_and_the_next_when_it_has_ended(cloud):
    first, second = in_lane(1), in_lane(2)
    assert lanes.head_of(LANE) == build.hint(build.run_id(1))

    assert start(second) is None
    assert op_row(cloud, second)["state"] == "PLANNED"
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


def test_another_lane_and_a_read_do_not_wait(cloud):
    in_lane(1)

    assert start(in_lane(2, "web/main/bob")) is not None
    assert started(record(number=3)).attempt == 1
    assert lane(cloud) == [f"{build.run_id(1)}/0"]


def test_a_full_lane_refuses_and_leaves_no_trace_until_one_has_ended(cloud):
    first, *_ = [in_lane(number) for number in range(LANE_LIMIT)]
    before = dict(cloud.table.rows)

    with pytest.raises(BadRequestError) as caught:
        in_lane(99)

    assert (caught.value.say, caught.value.values) == ("too_many_waiting", {"limit": LANE_LIMIT})
    assert cloud.table.rows == before
    ops.close(start(first), build.result(), OpState.DONE, START)
    in_lane(99)
    assert lane(cloud)[-1] == f"{build.run_id(99)}/0"


def test_an_op_that_is_not_the_head_of_its_lane_removes_nobody_from_it(cloud):
    claim = start(in_lane(1))
    cloud.table.rows[f"lane#{LANE}", "lane"]["ops"] = {"L": [{"S": "somebody else's"}]}

    assert not ops.close(claim, build.result(), OpState.DONE, START)
    assert lane(cloud) == ["somebody else's"]
