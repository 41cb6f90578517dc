"""An interpreter that has what one function was built with, its layers, and nothing else.

What tests need beside that, such as pytest, is lent to them (`lender.py`). A distribution of which
any function was built is not, but to what is lent itself, as lxml to python-docx.
"""

import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from shutil import copy

from local.built import BUILD, FUNCTIONS, Function

LENDER = Path(__file__).with_name("lender.py")
BRINGS_NOTHING = {"", "__pycache__", "bin", "..", "functions"}


def interpreter(function: Function, folder: Path) -> Path:
    """Make it in `folder`. Its children and theirs have no more than it has."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (site,) = (folder / "venv").glob("lib/python3*/site-packages")
    copy(LENDER, site)
    lent, needed = _lendable()
    lent["tests"] = Path("tests").resolve()
    places = [folder / "lent", folder / "needed"]
    for place, found in zip(places, (lent, needed), strict=True):
        place.mkdir()
        for path in found.values():
            (place / path.name).symlink_to(path)
    (site / "lender.txt").write_text("\n".join(map(str, [BUILD, *places])), encoding="utf-8")
    lines = [*function.path, "import lender"]
    (site / "built.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "venv/bin/python"


def _lendable() -> tuple[dict[str, Path], dict[str, Path]]:
    """What is installed here, by its name in imports: of which nothing is built, and the rest."""
    built = {
        path.name
        for function in FUNCTIONS.values()
        for folder in function.path
        for path in Path(folder).iterdir()
    }
    lent: dict[str, Path] = {}
    needed: dict[str, Path] = {}
    for one in distributions():
        found = _tops(one)
        (needed if built & set(found) else lent).update(found)
    return lent, needed


def _tops(distribution: Distribution) -> dict[str, Path]:
    """The files and folders of a distribution that lie beside its metadata."""
    names = {path.parts[0] for path in distribution.files or () if path.parts}
    found = {name: Path(str(distribution.locate_file(name))) for name in names - BRINGS_NOTHING}
    return {name: path for name, path in found.items() if path.suffix not in {".pth", ".dist-info"}}
