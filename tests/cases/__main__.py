"""`make cases FILE=...`: prints what failed, and last how many passed."""

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from local import deployment
from tests.cases import reading, trying
from tests.kit import layer

ROOT = Path(__file__).resolve().parents[2]
JOBS = max(2, min(8, os.cpu_count() or 1))


def main(file: Path) -> int:
    folder, found = file.resolve().parent, file.read_bytes().splitlines()
    found = [line for line in found if line.strip()]
    os.chdir(ROOT)
    failed = 0
    for line, wrong in zip(found, tried(found, folder), strict=True):
        failed += bool(wrong)
        for one in wrong:
            print(f"{reading.name_of(line)}: {one}")
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed or not found else 0


def tried(found: Sequence[bytes], folder: Path) -> list[list[str]]:
    """What is wrong with each, in order; one that ends its process costs only itself."""
    text = b" ".join(found)
    wrong: dict[int, list[str]] = {}
    if b'"document"' in text:
        layer.make()
    if b'"built"' in text:
        with deployment.alone():
            deployment.build(deployment.sources_digest())
    while len(wrong) < len(found):
        left = [(number, line) for number, line in enumerate(found) if number not in wrong]
        ended = _pooled(left, folder, 1 if wrong else JOBS)
        if not ended:
            ended[left[0][0]] = ["the process that tried it died"]
        wrong |= ended
    return [wrong[number] for number in range(len(found))]


def _pooled(found: Sequence[tuple[int, bytes]], folder: Path, jobs: int) -> dict[int, list[str]]:
    """What is wrong with those that came to an end; a process that dies ends the others too."""
    context = get_context("forkserver")
    with ProcessPoolExecutor(jobs, context, trying.begin) as pool:
        begun = [(number, pool.submit(trying.wrong, line, folder)) for number, line in found]
        wait(future for _, future in begun)
    return {number: future.result() for number, future in begun if not future.exception()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
