"""`make bench`: cold starts, warm costs and AWS calls as ratios to a bare handler, and the load.

A cold start is a fresh interpreter, from the start of its process to its first answer, against a
TLS stub of AWS in another process; a bare handler is started just before each, and the ratio is
taken pair by pair. Warm figures are of one process on kept connections. Writes build/bench.json.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.bench import approval, functions, load
from tests.bench.functions import Function, slack_event
from tests.bench.measure import Bench

ROUNDS = 12
WARM_ROUNDS = 3
"""Apart from each other, so that no burst of other work meets all of a function's samples."""
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
Samples = dict[str, list[float]]

# Other work on the machine only adds to a time. So a budget is missed when three quarters of the
# samples (paired ratios; of processor time, block by block) exceed it; when only their median
# does, that is noise, which is shown and is no failure. Counts have no noise. Warm processor time
# is a ratio too, to a handler that does the same with boto3: 0.21 is 0.25 ms where that takes 1.2.
BUDGETS = {
    "ingest.cold_ratio": 6,
    "ingest.warm_cpu_ratio": 0.21,
    "ingest.aws_calls": 1,
    "dispatch.cold_ratio": 10,
    "deliver.cold_ratio": 10,
    "approve.cold_ratio": 10,
    "tool_frame.cold_ratio": 20,
    "message.aws_calls": 9,
    "burst.swept": 0,
}
FLOORS = {"load.messages_per_second": load.FLOOR}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, Bench(Path(folder)) as bench:
        every = _chain(bench)
        samples = _cold(bench, every) | _contexts(bench) | _warm(bench, every)
    samples |= _load()
    found = {name: median(values) for name, values in samples.items()}
    found |= {
        name.replace("cold_ms", "cold_min_ms"): min(values)
        for name, values in samples.items()
        if name.endswith(".cold_ms")
    }
    flow = ("ingest", "dispatch", "github", "deliver")
    found["message.aws_calls"] = sum(found[f"{name}.aws_calls"] for name in flow)
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return _report(found, samples)


def _chain(bench: Bench) -> list[Function]:
    """Let a message through the stages once: each one's event is what the one before it sent."""
    first = functions.ours(_placeholder())[0]._replace(events=[slack_event(0)])
    bench.cold(first)
    for name in ("dispatch", "github"):
        last = {**_placeholder(), **bench.facts()["last"]}
        stage = next(one for one in functions.ours(last) if one.name == name)
        bench.cold(stage)
    every = functions.ours(bench.facts()["last"])
    for row in approval.rows():
        bench.put(row)
    for function in every:
        if function.name in {"calendar", "document"}:
            bench.commit(function.events[0])
    return every + functions.peers()


def _placeholder() -> dict[str, object]:
    """Stands in for what no stage has sent yet."""
    command = json.dumps({"params": {"arguments": {}, "_meta": {}}})
    return {"inbox": [""], "command": command, "outbox": ""}


def _cold(bench: Bench, every: list[Function]) -> Samples:
    samples: Samples = defaultdict(list)
    for turn in range(ROUNDS + 1):
        print(f"\rround {turn} of {ROUNDS}", end="", file=sys.stderr, flush=True)
        for function in every:
            floor, facts = bench.cold(functions.bare())["ms"], bench.cold(function)
            if turn:  # the first round only warms the disk's cache
                samples["bare.cold_ms"].append(floor)
                samples[f"{function.name}.cold_ratio"].append(facts["ms"] / floor)
                samples[f"{function.name}.cold_ms"].append(facts["ms"])
                samples[f"{function.name}.rss_mb"].append(facts["rss"])
    print(file=sys.stderr)
    return samples


def _contexts(bench: Bench) -> Samples:
    """How long TLS contexts take to make, with Lambda's four roots and with what is measured."""
    samples: Samples = defaultdict(list)
    for _ in range(ROUNDS):
        for function in functions.contexts(bench.folder):
            samples[f"{function.name}_ms"].append(bench.cold(function)["answer"]["took"])
    return samples


def _warm(bench: Bench, every: list[Function]) -> Samples:
    samples: Samples = defaultdict(list)
    for _ in range(WARM_ROUNDS):
        cpus = {}
        for function in every:
            if len(function.events) > 1:
                facts = bench.warm(function)
                cpus[function.name] = facts["cpus"]
                walls = sorted(facts["walls"])
                times = {
                    "warm_cpu_ms": facts["cpus"],
                    "warm_p50_ms": [walls[len(walls) // 2]],
                    "warm_p99_ms": [walls[len(walls) * 99 // 100]],
                }
                for name, seconds in times.items():
                    samples[f"{function.name}.{name}"] += [one * 1000 for one in seconds]
                samples[f"{function.name}.aws_calls"].append(facts["calls"])
        peer = median(cpus["peer.boto3"])
        samples["ingest.warm_cpu_ratio"] += [one / peer for one in cpus["ingest"]]
    return samples


def _load() -> Samples:
    """Messages through the handlers, many and then many at once, in a process of their own."""
    command = [sys.executable, "-m", "tests.bench.load"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    figures = json.loads(ran.stdout.splitlines()[-1])
    every = {"load": figures, "burst": figures.pop("burst")}
    if not all(map(load.done, every.values())):
        raise SystemExit(f"not all was answered and done once: {every}")
    names = ("messages_per_second", "quicker_waves", "aws_calls", "swept")
    return {f"{kind}.{name}": [one[name]] for kind, one in every.items() for name in names}


def _report(found: Mapping[str, float], samples: Samples) -> int:
    print(f"bare handler: {found['bare.cold_ms']:.1f} ms; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':18}" + "".join(f"{title:>9}" for title in COLUMNS))
    for name in (key[: -len(".cold_ratio")] for key in found if key.endswith(".cold_ratio")):
        row = [found.get(f"{name}.{column}") for column in COLUMNS.values()]
        print(f"{name:18}" + "".join(f"{'' if one is None else f'{one:.2f}':>9}" for one in row))
    contexts = {key: value for key, value in found.items() if key.startswith("tls.")}
    print(f"\nload: {found['load.aws_calls']:.1f} AWS calls per message")
    print("TLS contexts: " + ", ".join(f"{key} {value:.1f}" for key, value in contexts.items()))
    print()
    failed = 0
    for name, floor in FLOORS.items():
        over = found["load.quicker_waves"] < floor
        failed += over
        word = "FAIL" if over else "noise" if found[name] < floor else "PASS"
        print(f"{word:6}{name:24}{found[name]:8.2f}  at least {floor}")
    for name, budget in BUDGETS.items():
        over = _surely(samples.get(name, [found[name]])) > budget
        failed += over
        word = "FAIL" if over else "noise" if found[name] > budget else "PASS"
        print(f"{word:6}{name:24}{found[name]:8.2f}  budget {budget}")
    return 1 if failed else 0


def _surely(values: Sequence[float]) -> float:
    """What three quarters of the samples exceed."""
    return sorted(values)[len(values) // 4]


if __name__ == "__main__":
    sys.exit(main())
