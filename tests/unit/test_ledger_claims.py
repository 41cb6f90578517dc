"""What a claim promises, of whatever: an op that reads, one that changes, a reply to push."""

from functools import partial

import pytest

from switchboard.cloud.aws import AwsError
from switchboard.ledger import held, ops, replies
from switchboard.ledger.states import OpState, ReplyState
from tests.kit import build, ports
from tests.kit.clock import START
from tests.kit.stories import answer_row, answered, in_lane, op_row, record, ungranted, unwary

LEASE = 45.0
READ, CHANGE = (
    partial(ops.claim, changes=changes, permit=ungranted, wary=unwary) for changes in (False, True)
)
KINDS = {
    "read": (record, READ, op_row, "STARTED"),
    "change": (lambda: in_lane(1), CHANGE, op_row, "STARTED"),
    "reply": (answered, replies.claim, answer_row, "SENDING"),
}
MOVES = {
    "release": ("read", lambda claim: ops.release(claim, due_at=START + 30)),
    "keep": ("change", lambda claim: ops.keep(claim, "x")),
    "close": ("read", lambda claim: end(claim, OpState.DONE)),
    "end in its lane": ("change", lambda claim: end(claim, OpState.DONE)),
    "settle": ("reply", lambda claim: replies.settle(claim, ReplyState.SENT)),
    "retry later": (
        "reply",
        lambda claim: replies.retry_later(claim, START, 1, refused=True, why="busy"),
    ),
    "hold": ("reply", lambda claim: held.hold(claim, 0, START)),
}
ENDS = {
    **{
        f"{state} {kind}": (kind, lambda claim, state=state: end(claim, state))
        for state in (OpState.DONE, OpState.FAILED, OpState.UNKNOWN)
        for kind in ("read", "change")
    },
    "SENT": ("reply", lambda claim: replies.settle(claim, ReplyState.SENT)),
    "FAILED for good": ("reply", lambda claim: replies.settle(claim, ReplyState.FAILED)),
}


class Row:
    """A row of one kind that may be claimed."""

    def __init__(self, cloud, kind):
        make, self._claim, self._row, self.claimed = KINDS[kind]
        self._cloud, self._subject = cloud, make()

    def claim(self, after=0.0):
        return self._claim(self._subject, lease=LEASE, now=START + after)

    def now(self):
        return self._row(self._cloud, self._subject)


@pytest.fixture(params=KINDS)
def row(cloud, request):
    return Row(cloud, request.param)


def end(claim, state):
    return ops.close(claim, build.result(), state, START + 50) is not None


def moved(move, claim):
    """Whether the move was made; some say it, others raise."""
    try:
        return move(claim) is not False
    except AwsError as error:
        if not error.condition_failed:
            raise
        return False


def refuse(cloud, error, when="before"):
    for operation in ("dynamodb.UpdateItem", "dynamodb.TransactWriteItems"):
        cloud.ports.fail(operation, error, when=when)


def test_who_claims_holds_the_row_until_its_lease_ends(row):
    claim = row.claim()

    found = row.now()
    assert (claim.attempt, found["state"], found["holder"]) == (1, row.claimed, claim.holder)
    assert found["lease_until"] == found["due_at"] == START + LEASE


@pytest.mark.parametrize(("later", "wins"), [(0.0, False), (LEASE, False), (LEASE + 0.1, True)])
def test_after_the_lease_another_claims_it_and_knows_that_it_is_the_second(row, later, wins):
    first = row.claim()

    second = row.claim(later)

    assert (second is not None) is wins
    assert row.now()["holder"] == (second or first).holder
    assert row.now()["attempt"] == (2 if wins else 1)


def test_every_try_is_told_what_the_first_has_kept(cloud):
    row = Row(cloud, "change")
    first = row.claim()
    assert (ops.keep(first, "one"), ops.keep(first, "two")) == ("one", "one")

    assert ops.keep(row.claim(LEASE + 1), "three") == "one"
    assert row.now()["holder"] != first.holder


@pytest.mark.parametrize("claim", [READ, CHANGE])
def test_what_nobody_planned_is_not_claimed(cloud, claim):
    assert claim(build.command(), lease=LEASE, now=START) is None
    assert replies.claim(build.hint(build.run_id()), lease=LEASE, now=START) is None
    assert not cloud.table.rows


def test_a_claim_whose_answer_was_lost_is_still_ours(cloud, row):
    refuse(cloud, ports.dropped(), "after")

    assert row.claim().holder == row.now()["holder"]


def test_what_aws_refuses_is_not_taken_for_a_lost_race(cloud, row):
    refuse(cloud, ports.refused("AccessDeniedException"))

    with pytest.raises(AwsError, match="AccessDenied"):
        row.claim()


@pytest.mark.parametrize(("kind", "move"), MOVES.values(), ids=MOVES)
def test_who_has_lost_the_lease_moves_nothing(cloud, kind, move):
    row = Row(cloud, kind)
    loser, winner = row.claim(), row.claim(LEASE + 1)
    before = dict(cloud.table.rows)

    assert not moved(move, loser)
    assert cloud.table.rows == before
    assert row.now()["holder"] == winner.holder


@pytest.mark.parametrize(("kind", "end"), ENDS.values(), ids=ENDS)
def test_what_has_ended_is_due_no_more_and_never_claimed_again(cloud, kind, end):
    row = Row(cloud, kind)
    claim = row.claim()
    assert moved(end, claim)
    before = dict(cloud.table.rows)

    assert not {"due", "due_at", "lease_until"} & set(row.now())
    assert row.claim(10 * LEASE) is None
    assert not moved(end, claim)
    assert cloud.table.rows == before
