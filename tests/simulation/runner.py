"""Many seeds over a few processes; what they found, as lines and as one summary."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from typing import Any

from tests.kit import environment
from tests.simulation import mutations

COUNTS = ("effects", "crashes", "duplicates", "unknown", "stopped", "expired", "repeated", "dead")
COUNTS += ("approved", "together")
CHUNK = 100
MUTATION_SEEDS = 500
SHOWN = 20
SUMS = ("messages", *COUNTS)

Found = tuple[int, str, str]
"""A seed, the invariant that broke in it, and how."""


def run(seeds: Sequence[int], *, stop: bool = False) -> tuple[list[Found], Counter[str]]:
    """Run these seeds here; with `stop` only as far as the first that breaks something."""
    environment.provide()  # before the handlers are imported: they read it then
    from tests.simulation.ending import judge  # noqa: PLC0415
    from tests.simulation.seed import Seed  # noqa: PLC0415
    from tests.simulation.world import built  # noqa: PLC0415

    found: list[Found] = []
    counts: Counter[str] = Counter()
    with built():
        for number in seeds:
            seed = Seed(number).run()
            broken = judge(seed)
            counts["messages"] += len(seed.messages)
            counts.update(seed.counts)
            found += [(number, *one) for one in broken]
            if stop and found:
                break
    return found, counts


def many(seeds: range, jobs: int, *, stop: bool = False) -> dict[str, Any]:
    """Run all seeds over `jobs` processes; the summary."""
    began = time.monotonic()
    found: list[Found] = []
    counts: Counter[str] = Counter()
    chunks = [seeds[at : at + CHUNK] for at in range(0, len(seeds), CHUNK)]
    if jobs == 1 or stop:
        results = (run(chunk, stop=stop) for chunk in chunks)
        done = _gather(results, found, counts, len(seeds), stop=stop)
    else:
        with get_context("spawn").Pool(jobs) as pool:
            done = _gather(pool.imap_unordered(run, chunks), found, counts, len(seeds), stop=stop)
    sums = {name: counts[name] for name in SUMS}
    seconds = round(time.monotonic() - began, 1)
    return {"seeds": done, "violations": len(found), **sums, "seconds": seconds}


def single(number: int, *, trace: bool) -> dict[str, Any]:
    """Replay one seed."""
    environment.provide()
    from tests.simulation.ending import judge  # noqa: PLC0415
    from tests.simulation.seed import Seed  # noqa: PLC0415
    from tests.simulation.world import built  # noqa: PLC0415

    lines: list[str] = []
    with built():
        seed = Seed(number, lines.append if trace else None).run()
        broken = judge(seed)
    for message in seed.messages:
        _print(f"{message.text} {message.operation}{' smuggled' if message.smuggled else ''}")
    for line in lines:
        _print(line)
    for name, what in broken:
        _print(f"{name}: {what}")
    return {"seed": number, "violations": len(broken)}


def mutate(jobs: int) -> dict[str, Any]:
    """Run each mutation in an interpreter of its own, `jobs` at a time."""
    began = time.monotonic()
    caught, waiting = 0, list(mutations.MUTATIONS)
    running: list[tuple[str, subprocess.Popen[str]]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            name = waiting.pop(0)
            running.append((name, _started(name)))
        name, process = running.pop(0)
        out, _ = process.communicate()
        lines = out.splitlines()
        good = process.returncode == 1 and any(line.startswith("seed ") for line in lines)
        caught += good
        _print(f"{name}: {lines[0] if good else f'NOT CAUGHT: {lines[-1:]}'}")
    seconds = round(time.monotonic() - began, 1)
    return {"mutations": len(mutations.MUTATIONS), "caught": caught, "seconds": seconds}


def _started(name: str) -> subprocess.Popen[str]:
    arguments = ["--seeds", str(MUTATION_SEEDS), "--jobs", "1", "--mutation", name]
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _gather(
    results: Any, found: list[Found], counts: Counter[str], total: int, *, stop: bool
) -> int:
    """Add up what comes in, and say what broke; how many seeds were run."""
    done = 0
    for broken, more in results:
        done = min(done + CHUNK, total)
        counts.update(more)
        for number, name, what in broken[: max(0, SHOWN - len(found))]:
            _print(f"seed {number}: {name}: {what}")
        found += broken
        if not stop:
            _print(f"{done} of {total} seeds, {len(found)} violations")
        if stop and found:
            return found[0][0] + 1
    return done


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
