"""Lends libraries to tests and never to what was built: see `bare.py`, which copies this file."""

import importlib
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType

BUILT, LENT, NEEDED = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
"""Where `sam build` writes, the folder of what is lent, and that of what only this may import."""
MACHINERY = ("<frozen importlib", importlib.__file__)


class Lender:
    """Finds what Python's path does not have, for everybody who was not built."""

    @staticmethod
    def find_spec(name: str, path: object = None, _target: object = None) -> ModuleSpec | None:
        asker = _asker(sys._getframe(1))
        if path is not None or asker.startswith(BUILT):
            return None
        return PathFinder.find_spec(
            name, [LENT, NEEDED] if asker.startswith((LENT, NEEDED)) else [LENT]
        )


def _asker(frame: FrameType | None) -> str:
    """The file with the import statement."""
    while frame is not None and frame.f_code.co_filename.startswith(MACHINERY):
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""


sys.meta_path.append(Lender)
