"""`python -m tests.simulation`: many seeds, one seed with its trace, or the mutations."""

import argparse
import sys

from msgspec import json

from tests.simulation import mutations


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2_000, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, help="run this one only")
    parser.add_argument("--trace", action="store_true", help="print all that happens in it")
    parser.add_argument("--mutate", action="store_true", help="show that each mutation is caught")
    parser.add_argument("--mutation", choices=mutations.MUTATIONS, help="run under this one")
    given = parser.parse_args()
    if given.mutation:
        mutations.MUTATIONS[given.mutation].install()
    from tests.simulation import runner  # noqa: PLC0415  it imports what is to be mutated

    if given.mutate:
        summary = runner.mutate(given.jobs)
        good = summary["caught"] == summary["mutations"]
    elif given.seed is not None:
        summary = runner.single(given.seed, trace=given.trace)
        good = not summary["violations"]
    else:
        summary = runner.many(
            range(given.first, given.first + given.seeds),
            given.jobs,
            stop=bool(given.mutation),
        )
        good = not summary["violations"]
    sys.stdout.write(json.encode(summary).decode() + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
