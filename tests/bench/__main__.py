"""`make bench`: cold starts, warm costs and AWS calls as ratios to a bare handler, in one run.

A cold start is a fresh interpreter, from the start of its process to its first answer, against a
TLS stub of AWS in another process; a bare handler is started just before each, and the ratio is
taken pair by pair. Warm figures are of one process on kept connections. Writes build/bench.json.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench import functions
from tests.bench.functions import Function, slack_event
from tests.bench.measure import Bench

ROUNDS = 12
NOISE = 1.1
"""On a shared machine a median of paired ratios moves by some percent: what is over its budget by
less is shown, and is no failure. Counts have no noise."""
COLUMNS = {
    "cold ms": "cold_ms",
    "min ms": "cold_min_ms",
    "x bare": "cold_ratio",
    "RSS MB": "rss_mb",
    "CPU ms": "warm_cpu_ms",
    "p50 ms": "warm_p50_ms",
    "p99 ms": "warm_p99_ms",
    "calls": "aws_calls",
}
BUDGETS = {
    "ingest.cold_ratio": 6,
    "ingest.warm_cpu_ms": 0.25,
    "ingest.aws_calls": 1,
    "dispatch.cold_ratio": 10,
    "deliver.cold_ratio": 10,
    "tool_frame.cold_ratio": 20,
    "message.aws_calls": 9,
}


def main() -> int:
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, Bench(Path(folder)) as bench:
        every = _chain(bench)
        _cold(bench, every, found)
        for function in every:
            if len(function.events) > 1:
                _warm(bench, function, found)
    flow = ("ingest", "dispatch", "github", "deliver")
    found["message.aws_calls"] = sum(found[f"{name}.aws_calls"] for name in flow)
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return _report(found)


def _chain(bench: Bench) -> list[Function]:
    """Let a message through the stages once: each one's event is what the one before it sent."""
    first = functions.ours(_placeholder())[0]._replace(events=[slack_event(0)])
    bench.cold(first)
    for name in ("dispatch", "github"):
        last = {**_placeholder(), **bench.facts()["last"]}
        stage = next(one for one in functions.ours(last) if one.name == name)
        bench.cold(stage)
    every = functions.ours(bench.facts()["last"])
    for function in every:
        if function.name in {"calendar", "document"}:
            bench.commit(function.events[0])
    return every + functions.peers()


def _placeholder() -> dict[str, object]:
    """Stands in for what no stage has sent yet."""
    command = json.dumps({"params": {"arguments": {}, "_meta": {}}})
    return {"inbox": [""], "command": command, "outbox": ""}


def _cold(bench: Bench, every: list[Function], found: dict[str, float]) -> None:
    ratios: dict[str, list[float]] = {one.name: [] for one in every}
    times: dict[str, list[float]] = {one.name: [] for one in every}
    floors: list[float] = []
    for turn in range(ROUNDS + 1):
        print(f"\rround {turn} of {ROUNDS}", end="", file=sys.stderr, flush=True)
        for function in every:
            floor, facts = bench.cold(functions.bare())["ms"], bench.cold(function)
            if turn:  # the first round only warms the disk's cache
                floors.append(floor)
                ratios[function.name].append(facts["ms"] / floor)
                times[function.name].append(facts["ms"])
                found[f"{function.name}.rss_mb"] = facts["rss"]
    print(file=sys.stderr)
    found["bare.cold_ms"] = median(floors)
    for name, values in ratios.items():
        found[f"{name}.cold_ratio"] = median(values)
        found[f"{name}.cold_ms"] = median(times[name])
        found[f"{name}.cold_min_ms"] = min(times[name])


def _warm(bench: Bench, function: Function, found: dict[str, float]) -> None:
    facts = bench.warm(function)
    walls = sorted(facts["walls"])
    found[f"{function.name}.warm_cpu_ms"] = median(facts["cpus"]) * 1000
    found[f"{function.name}.warm_p50_ms"] = walls[len(walls) // 2] * 1000
    found[f"{function.name}.warm_p99_ms"] = walls[len(walls) * 99 // 100] * 1000
    found[f"{function.name}.aws_calls"] = facts["calls"]


def _report(found: dict[str, float]) -> int:
    print(f"bare handler: {found['bare.cold_ms']:.1f} ms; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':18}" + "".join(f"{title:>9}" for title in COLUMNS))
    for name in (key[: -len(".cold_ratio")] for key in found if key.endswith(".cold_ratio")):
        row = [found.get(f"{name}.{column}") for column in COLUMNS.values()]
        print(f"{name:18}" + "".join(f"{'' if one is None else f'{one:.2f}':>9}" for one in row))
    print()
    failed = 0
    for name, budget in BUDGETS.items():
        value = found[name]
        over = value > budget * (1 if name.endswith("calls") else NOISE)
        failed += over
        word = "FAIL" if over else "noise" if value > budget else "pass"
        print(f"{word:6}{name:24}{value:8.2f}  budget {budget}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
