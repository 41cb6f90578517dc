"""`make hour`: a newcomer's first hour, by machine.

In a fresh clone of what is committed here, with a home of its own: `make run`, the chat page in a
browser, forty lines typed into it, every command of the READMEs, a kill, a full disk, and a tool
from nothing to an answer. Progress is told on the error output; the last line is one JSON object.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.hour.hour import Hour, tell
from tests.hour.newcomer import ROOT, Newcomer
from tests.hour.steps import STEPS
from tests.servers.page_browser import ARGUMENTS
from tests.stack.setting import free_port

TRANSCRIPT = ROOT / "build/hour.log"
FIGURES = ("run_seconds", "again_seconds", "page_seconds", "tool_minutes")


def main(arguments: Sequence[str]) -> int:
    names = [step.__name__ for step in STEPS]
    parser = argparse.ArgumentParser(prog="python -m tests.hour", description=__doc__)
    parser.add_argument("steps", nargs="*", help=f"only these, of {', '.join(names)}")
    parser.add_argument("--folder", type=Path, help="keep the clone here, or go on with it")
    given = parser.parse_args(arguments)
    if unknown := set(given.steps) - set(names):
        parser.error(f"there is no step {', '.join(sorted(unknown))}")
    TRANSCRIPT.parent.mkdir(exist_ok=True)
    TRANSCRIPT.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="hour-", ignore_cleanup_errors=True) as temporary:
        place = (given.folder or Path(temporary)).resolve()
        newcomer = Newcomer(place / "switchboard", place / "home", TRANSCRIPT, free_port())
        newcomer.clone()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=ARGUMENTS
            )
            hour = Hour(newcomer, browser)
            _spend(hour, given.steps or names)
            browser.close()
    return _report(hour)


def _spend(hour: Hour, names: Sequence[str]) -> None:
    try:
        for step in STEPS:
            if step.__name__ in names:
                with hour.step(step.__name__):
                    step(hour)
    finally:
        hour.down()


def _report(hour: Hour) -> int:
    figures = {name: hour.figures.get(name) for name in FIGURES}
    traced = hour.newcomer.tracebacks
    counts = {"steps": hour.steps, "failed": len(hour.failures), "tracebacks": traced}
    if hour.failures:
        tell(f"{len(hour.failures)} failed: {'; '.join(hour.failures)}")
    sys.stdout.write(json.dumps({**counts, **figures}) + "\n")
    return 1 if hour.failures or traced else 0


if __name__ == "__main__":
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    code = main(sys.argv[1:])
    tell(f"{time.monotonic() - began:.0f} s in all; all that was said is in {TRANSCRIPT}")
    sys.exit(code)
