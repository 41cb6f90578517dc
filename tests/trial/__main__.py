"""`make trial`: what a stranger touches who adds a tool, a channel and a control word.

In a copy of the checkout each is scaffolded from its template and filled in with a recorded
example; then the checks run there. The last line printed is one JSON object: the files that each
of them took, without those that are generated.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).with_name("recorded")


@dataclass(frozen=True)
class Trial:
    """One kind of new thing: its name, where its files may be, and what is generated with it."""

    kind: str
    name: str
    places: tuple[str, ...]
    generated: frozenset[str] = frozenset()


TRIALS = (
    Trial(
        "tool",
        "todoist",
        ("functions/tools/todoist/", "tests/servers/test_todoist.py"),
        frozenset(
            {
                "template.yaml",
                "docs/tools.md",
                "config/switchboard.yaml",
                "config/policy.cedarschema",
            }
        ),
    ),
    Trial(
        "channel",
        "viber",
        ("layers/common/switchboard/channels/viber/", "tests/channels/test_viber.py"),
        frozenset({"docs/channels.md", "docs/channels.zh.md"}),
    ),
    Trial(
        "word",
        "myrole",
        ("functions/dispatch/words/myrole.py", "layers/common/phrases/"),
    ),
)


class Copy:
    """The checkout once more, where strangers may write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = self._out("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT)
        for name in filter(None, listed.splitlines()):
            source, target = ROOT / name, folder / name
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        for environment in (".venv", ".venv-emulator"):
            (folder / environment).symlink_to((ROOT / environment).resolve())
        self.run("git", "init", "-q")
        self.settle()

    def settle(self) -> None:
        """Whatever is touched from now on is told by `touched`."""
        self.run("git", "add", "-A")

    def touched(self) -> set[str]:
        changed = self._out("git", "diff", "--name-only")
        made = self._out("git", "ls-files", "-o", "--exclude-standard")
        return {*changed.split(), *made.split()}

    def run(self, *command: str) -> None:
        """Raises SystemExit with all that the command said, when it fails."""
        done = self._done(*command)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")

    def _out(self, *command: str, cwd: Path | None = None) -> str:
        return self._done(*command, cwd=cwd).stdout

    def _done(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        # The environment's own path leads to the checkout that it was made for.
        env = {**os.environ, "PYTHONPATH": str(self.folder / "layers/common")}
        return subprocess.run(
            command, cwd=cwd or self.folder, env=env, capture_output=True, text=True, check=False
        )


def tried(copy: Copy, trial: Trial) -> list[str]:
    """Scaffold it, fill it in, and say which files that took. Raises SystemExit for any other."""
    copy.run("make", trial.kind, f"NAME={trial.name}")
    for source in filter(Path.is_file, (RECORDED / trial.kind).rglob("*")):
        target = copy.folder / source.relative_to(RECORDED / trial.kind)
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".add":
            target = target.with_suffix("")
            head = text.splitlines()[0]  # where the scaffold's own lines begin
            text = target.read_text(encoding="utf-8").partition(head)[0] + text
        target.write_text(text, encoding="utf-8")
    copy.run("make", "template", "docs")
    if trial.kind == "tool":
        copy.run("make", "check", f"TOOL={trial.name}")
    found = copy.touched()
    copy.settle()
    strange = {one for one in found - trial.generated if not one.startswith(trial.places)}
    if strange:
        raise SystemExit(f"a {trial.kind} touched {sorted(strange)}")
    print(
        f"generated with a {trial.kind}: {', '.join(sorted(found & trial.generated)) or 'nothing'}"
    )
    return sorted(found - trial.generated)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        files = {f"{trial.kind}_files": tried(copy, trial) for trial in TRIALS}
        copy.run("make", "check")
        tests = [one for found in files.values() for one in found if one.startswith("tests/")]
        copy.run(sys.executable, "-m", "pytest", "-q", "tests/trial/test_myrole.py", *tests)
    print(json.dumps(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
