"""`make check TOOL=todoist`: what `make check` would say of one tool, in seconds.

All of it is tried, whatever fails. What is well is one line; what is not is shown, with the command
that mends it where there is one.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

BIN = Path(".venv/bin")
TOOLS = Path("functions/tools")
PYTEST = (sys.executable, "-m", "pytest", "-q", "--tb=short", "--maxfail=3")
LAWS = "[{0}] or [{0}- or [{1}Tool] or /{0}/ or test_house or every_folder or is_current"
"""Those of `tests/contract` about one tool, about all code, and about what is generated."""


@dataclass(frozen=True)
class Check:
    """One of the things that are looked at."""

    what: str
    command: tuple[str, ...]
    mend: str = ""


def checks(name: str) -> list[Check]:
    """Those of the tool. Raises SystemExit when there is none of that name."""
    folder = TOOLS / name
    if not name or not (folder / "tool.yaml").exists():
        there = ", ".join(sorted(path.parent.name for path in TOOLS.glob("*/tool.yaml")))
        raise SystemExit(f"make check TOOL=… takes one of {there}; `make tool NAME=…` makes one.")
    found = (*Path("tests").glob(f"*/test_{name}.py"), *Path("tests").glob(f"*/test_{name}_*.py"))
    tests = sorted(str(path) for path in found if path.parent.name in {"servers", "unit"})
    if not tests:
        raise SystemExit(f"tests/servers/test_{name}.py is missing: `make tool` shows one.")
    ruff, files = str(BIN / "ruff"), (str(folder), *tests)
    mends = {one: f"{ruff} {one} {' '.join(files)}" for one in ("format", "check --fix")}
    laws = LAWS.format(name, name.capitalize())
    return [
        Check("format", (ruff, "format", "--check", "-q", *files), mends["format"]),
        Check("lint", (ruff, "check", "-q", *files), mends["check --fix"]),
        Check("types", (str(BIN / "mypy"), "--no-error-summary", str(folder))),
        Check("imports", (str(BIN / "lint-imports"), "--config", ".importlinter")),
        Check("sizes", (sys.executable, "-m", "scripts.check_sizes")),
        Check("laws", (*PYTEST, "tests/contract", "-k", laws)),
        Check("its tests", (*PYTEST, *tests)),
    ]


def main(name: str) -> int:
    began, failed = time.monotonic(), 0
    tried = checks(name)
    with ThreadPoolExecutor() as pool:
        for check, said in zip(tried, pool.map(_wrong, tried), strict=True):
            if said:
                failed += 1
                print(f"{check.what}: {said}")
                print(f"`{check.mend}` mends what it can\n" if check.mend else "")
    how = f"{failed} of {len(tried)} checks failed" if failed else "all is well"
    print(f"{name}: {how}, {time.monotonic() - began:.0f} s")
    return int(failed > 0)


def _wrong(check: Check) -> str:
    """What is said of it when it fails."""
    done = subprocess.run(check.command, capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}".strip() or "failed" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
