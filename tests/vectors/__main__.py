"""Judge a file of vectors: `make vectors FILE=...`. Prints what failed, then how many passed."""

import json
import sys
from pathlib import Path

from tests.kit import environment
from tests.vectors import verdict


def main(path: Path) -> int:
    environment.provide()
    vectors = json.loads(path.read_text(encoding="utf-8"))
    failed = 0
    for vector in vectors:
        wrong = verdict(vector)
        if wrong:
            failed += 1
            print(f"{vector.get('channel')} {vector.get('name')}: {wrong}")
    print(f"{len(vectors) - failed} passed, {failed} failed")
    return 1 if failed or not vectors else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
