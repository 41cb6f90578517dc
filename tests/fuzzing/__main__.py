"""Fuzz every target, guided by coverage: `make fuzz MINUTES=10`. The last line is a summary.

Each target has a process of its own and an equal share of the time. What it has found interesting
stays in build/fuzz, so that the next run begins there; so does what made it fail.
"""

import re
import subprocess
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["switchboard", "functions"]):
    from tests.kit import environment

    environment.provide()

    from switchboard.channels import registry
    from switchboard.channels.kit import markup
    from switchboard.net import cipher
    from tests.fuzzing import targets
    from tests.fuzzing.surroundings import surrounded

    # What would be imported when it is asked for.
    LAZY = [cipher, markup, *map(targets.receiver, registry.names())]

FOLDER = Path("build/fuzz")
LIMITS = ["-rss_limit_mb=1024", "-timeout=10", "-max_len=4096", "-print_final_stats=1"]


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target, and end this process."""
    sys.stdout = (FOLDER / f"{name}.out").open("w")  # what ingest logs
    corpus = FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(targets.seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={FOLDER}/{name}-", *LIMITS]
    with surrounded():
        atheris.Setup([sys.argv[0], *options, str(corpus)], targets.TARGETS[name])
        atheris.Fuzz()


def main(minutes: float) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    share = max(1, int(minutes * 60 / len(targets.TARGETS)))
    failed, runs = [], 0
    for name in targets.TARGETS:
        command = [sys.executable, "-m", "tests.fuzzing", name, str(share)]
        done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
        told = done.stderr.decode(errors="replace")
        ran = re.findall(r"number_of_executed_units: (\d+)", told)
        covered = re.findall(r"cov: (\d+)", told)
        runs += int(ran[-1]) if ran else 0
        count, branches = (found[-1] if found else "?" for found in (ran, covered))
        print(f"{name}: {count} runs, {branches} branches, exit {done.returncode}", flush=True)
        if done.returncode or not ran:
            failed.append(name)
            print(told[-3_000:])
    print(f"{len(targets.TARGETS)} targets, {runs} runs, {len(failed)} failed {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        fuzz(sys.argv[1], int(sys.argv[2]))
    sys.exit(main(float(sys.argv[1])))
