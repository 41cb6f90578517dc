"""Two workers on one row, in every order that their calls can meet."""

import threading
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest

from functions.dispatch import app as dispatch
from functions.sweep import app as sweep
from tests.kit import build
from tests.kit.flow_driver import Flow
from tests.kit.ports import When
from tests.kit.stories import op_row, record

MAX_CALLS = 12
"""Of one worker; what it does after that is done at once."""


class Turns:
    """Runs two workers, one call at a time, in the order that `first` says: the turns of worker 0.

    A worker that is done gives its turns to the other.
    """

    def __init__(self, flow: Flow, first: frozenset[int]) -> None:
        self._flow, self._first = flow, first
        self._ready = [threading.Semaphore(0), threading.Semaphore(0)]
        self._turned = threading.Semaphore(0)
        self._number = threading.local()
        self._done = [False, False]

    def run(self, *workers: Callable[[], object]) -> None:
        self._flow.ports.watch = self._wait
        threads = [
            threading.Thread(target=self._work, args=(number, worker), daemon=True)
            for number, worker in enumerate(workers)
        ]
        for thread in threads:
            thread.start()
            assert self._turned.acquire(timeout=10)
        for turn in range(2 * MAX_CALLS):
            number = 0 if turn in self._first else 1
            self._give(number if not self._done[number] else 1 - number)
        for number in (0, 1):
            while not self._done[number]:
                self._give(number)
        for thread in threads:
            thread.join()
        self._flow.ports.watch = None

    def _give(self, number: int) -> None:
        if not self._done[number]:
            self._ready[number].release()
            assert self._turned.acquire(timeout=10)

    def _work(self, number: int, worker: Callable[[], object]) -> None:
        self._number.value = number
        self._turned.release()
        self._ready[number].acquire()
        try:
            worker()
        finally:
            self._done[number] = True
            self._turned.release()

    def _wait(self, operation: str, when: When) -> None:
        if when == "before":
            self._turned.release()
            self._ready[self._number.value].acquire()


def orders() -> Iterator[frozenset[int]]:
    """Who has which of the first ten turns: 252 ways, each the start of many."""
    for chosen in combinations(range(10), 5):
        yield frozenset(chosen) | frozenset(range(10, 2 * MAX_CALLS, 2))


def in_every_order(*workers: Callable[[Flow], object]) -> Iterator[Flow]:
    """A flow with one planned change for each order, after both workers are done."""
    for first in orders():
        with Flow().running() as flow:
            command = build.command("notes.add", {"text": "milk"}, asked_at=flow.clock())
            record(command, changes=True)
            flow.command = command
            Turns(flow, first).run(*[lambda one=one: one(flow) for one in workers])
            yield flow


def call(flow):
    flow.call(flow.command)


def test_two_workers_that_think_they_own_a_call_have_one_effect_and_one_answer():
    for flow in in_every_order(call, call):
        assert flow.vendor.done("notes.add") == ["milk"]
        assert op_row(flow.aws, flow.command)["state"] == "DONE"
        assert op_row(flow.aws, flow.command)["attempt"] == 1
        assert len(flow.audits("outcome")) == 1


def test_a_sweep_that_meets_the_live_path_hints_and_harms_nothing():
    def late(flow):
        flow.clock.advance(61)
        sweep.handler({}, None)

    for flow in in_every_order(call, late):
        flow.settle()

        assert flow.vendor.done("notes.add") == ["milk"]
        assert flow.states("answer") == ["SENT"]


def test_two_sweeps_that_meet_give_one_hint():
    for first in list(orders())[::6]:
        with Flow().running() as flow:
            record(build.command("notes.add", {"text": "milk"}), changes=True)
            flow.clock.advance(61)
            Turns(flow, first).run(*[lambda: sweep.handler({}, None)] * 2)

            assert len(flow.aws.invocations) == 1


@pytest.mark.parametrize("word", ["/stop", "/stop all"])
def test_a_stop_that_meets_a_start_comes_before_it_or_after_it_and_never_between(word):
    def stop(flow):
        flow.pair("ada", role="admin")
        dispatch.dispatch(build.envelope(word, number=9), flow.clock())

    states = set()
    for flow in in_every_order(call, stop):
        state = op_row(flow.aws, flow.command)["state"]
        states.add(state)
        assert (state == "DONE") is bool(flow.vendor.effects)

    assert states == {"DONE", "STOPPED"}
