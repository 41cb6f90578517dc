"""States are data: what moves there are is said once, and the simulator's monitor agrees."""

import ast
from pathlib import Path

import pytest

from switchboard.ledger import states
from switchboard.ledger.states import OpState, QuestionState, ReplyState, RunState, Who
from tests.kit.sources import nodes
from tests.simulation import monitor

ROOT = Path(__file__).resolve().parents[2]
STATES = "layers/common/switchboard/ledger/states.py"
PRODUCT = ("functions", "layers/common/switchboard", "cli")
HELD = {RunState.PLANNING, OpState.STARTED, ReplyState.SENDING}
CLOSE = "(#state = :started AND holder = :holder)"
GONE = "(#state = :started AND lease_until < :now)"
STOP = f"(attempt = :attempt AND (#state = :planned OR {GONE}))"
WHERE = {"pk": {"S": "run#1"}, "sk": {"S": "op#000"}}


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (RunState, monitor.RUN_MOVES),
        (OpState, monitor.OP_MOVES),
        (ReplyState, monitor.REPLY_MOVES),
        (QuestionState, monitor.QUESTION_MOVES),
    ],
)
def test_the_monitor_knows_the_same_moves(kind, own):
    made = {source: set(ends) for source, ends in states.MOVES[kind].items()}

    assert made == {source: ends for source, ends in own.items() if source}


def test_only_a_row_under_a_lease_has_a_holder():
    for moves in states.MOVES.values():
        for source, ends in moves.items():
            free = [Who.ANYBODY in who for who in ends.values()]
            assert free == [source not in HELD] * len(free), source


@pytest.mark.parametrize(
    ("to", "asked", "condition"),
    [
        (OpState.DONE, {"holder": "a"}, CLOSE),
        (OpState.STOPPED, {"now": 1.0, "attempt": 0}, STOP),
        (ReplyState.READY, {"now": 1.0}, "#state = :held"),
        (OpState.FAILED, {"holder": "a"}, CLOSE),
        (ReplyState.FAILED, {"holder": "a"}, "(#state = :sending AND holder = :holder)"),
    ],
)
def test_a_caller_moves_what_it_may(to, asked, condition):
    made = states.move(WHERE, to, **asked)["Update"]

    assert made["ConditionExpression"] == condition
    assert made["ExpressionAttributeValues"][":to"] == {"S": to.value}


@pytest.mark.parametrize("to", [OpState.DONE, ReplyState.SENT])
def test_a_move_that_nobody_may_make_is_refused(to):
    with pytest.raises(ValueError, match="nobody may move a row"):
        states.move(WHERE, to, now=1.0)


def test_no_other_module_writes_a_state_by_hand():
    names = {state.value for kind in states.MOVES for state in kind}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for folder in PRODUCT
        for path in sorted((ROOT / folder).rglob("*.py"))
        if str(path.relative_to(ROOT)) != STATES
        for node in nodes(path)
        if isinstance(node, ast.Constant) and node.value in names
    ]

    assert found == []
