"""A few hundred seeds hold all invariants, a seed replays exactly, and mutations are noticed."""

import subprocess
import sys

import pytest

from tests.simulation import mutations, runner
from tests.simulation.ending import judge
from tests.simulation.seed import Seed
from tests.simulation.world import built

SEEDS = range(240)
QUICK = ("close before the effect", "one copy in the Inbox", "answers are not swept")


def test_no_seed_breaks_an_invariant():
    found, counts = runner.run(SEEDS)

    assert found == []
    assert min(counts[name] for name in runner.SUMS) > 0


def test_a_seed_replays_exactly():
    with built():
        first, second = [], []
        for lines in (first, second):
            for number in (7, 8, 21):
                judge(Seed(number, lines.append).run())

    assert first == second
    assert len(first) > 100


@pytest.mark.parametrize("name", QUICK)
def test_a_mutation_is_caught(name):
    arguments = ["--seeds", "100", "--jobs", "1", "--mutation", name]
    command = [sys.executable, "-m", "tests.simulation", *arguments]

    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stdout.startswith("seed ")


@pytest.mark.parametrize("mutation", mutations.MUTATIONS.values(), ids=mutations.MUTATIONS)
def test_every_mutation_still_fits_the_source(mutation):
    path = mutation.source()

    assert mutation.edit(path.read_text(encoding="utf-8"))
