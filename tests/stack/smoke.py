"""Messages of all channels through the deployed one-machine stack: `python -m tests.stack.smoke`.

Everything is checked where people would see it, and timed. The last line is one JSON object. With
`--faults` functions are killed and queue messages deleted meanwhile, and nothing may be missing.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from local import deployment
from local.stack import NAME, Stack
from tests.stack.approvals import Story
from tests.stack.faults import Ordeal
from tests.stack.measure import Times, cold_answer_ms
from tests.stack.setting import Setting, free_port, furnished
from tests.stack.traffic import Traffic

STATE = Path(".state/smoke")
TURNS, BURST = 200, 48
ORDEAL = (30, 10)
"""Conversations, and the messages of each."""
COLD_TRIES = 3


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stack.smoke", description=__doc__)
    parser.add_argument("--state", type=Path, help="the state folder of a stack that runs already")
    parser.add_argument("--port", type=int, default=4566, help="and its port")
    parser.add_argument("--faults", action="store_true", help="kill and lose, instead of measure")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    given = parser.parse_args(arguments)
    with _stack(given.state, given.port) as stack, furnished(stack) as setting:
        if given.faults:
            report, failed = _survived(setting, given.seed)
        else:
            report = _measured(setting)
            failed = bool(report["failures"])
    sys.stdout.write(json.dumps(report) + "\n")
    return 1 if failed else 0


def tell(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


def _measured(setting: Setting) -> dict[str, object]:
    traffic, times = Traffic(setting, tell), Times()
    story = Story(setting, traffic.check)
    bursts, colds = [0.0], [0.0]
    for step in (
        traffic.greet,
        traffic.use_tools,
        story.tell,
        lambda: traffic.take_turns(TURNS, times),
        lambda: bursts.append(traffic.burst(BURST)),
        lambda: colds.append(cold_answer_ms(setting, COLD_TRIES, tell)),
        traffic.visit_channels,
        traffic.check_records,
    ):
        traffic.attempt(step)
    for line in times.lines():
        tell(line)
    return {
        "messages": traffic.messages,
        "failures": len(traffic.failures),
        **times.report(),
        **story.counts,
        "cold_answer_ms": colds[-1],
        "burst_s": bursts[-1],
        "channels": sorted(traffic.channels),
        "tools": sorted(traffic.tools),
    }


def _survived(setting: Setting, seed: int) -> tuple[dict[str, int], bool]:
    report = Ordeal(setting, ORDEAL, tell).run(seed)
    for what in report.wrong:
        tell(f"FAILED: {what}")
    return report.counts(), bool(report.wrong)


@contextmanager
def _stack(state: Path | None, port: int) -> Iterator[Stack]:
    """The stack that is given, which goes on running, or one of our own."""
    if state is not None:
        stack = Stack(state, port)
        os.environ.update(stack.emulator.environment)
        stack.outputs = deployment.outputs(NAME, stack.emulator.environment)
        yield stack
        return
    rmtree(
        STATE, ignore_errors=True
    )  # messages that an interrupted run has left would be in the way
    stack = Stack(STATE, free_port())
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


if __name__ == "__main__":
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    code = main(sys.argv[1:])
    tell(f"{time.monotonic() - began:.0f} s in all")
    sys.exit(code)
