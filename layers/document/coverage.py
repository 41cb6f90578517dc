"""Write down which characters there is a glyph of: python coverage.py FONTS TARGET.

Ranges of code points in hexadecimal, one a line.
"""  # noqa: INP001  run by the Makefile

import sys
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTFont


def ranges(folder: Path) -> str:
    covered = {code for path in folder.glob("*.?tf") for code in TTFont(path).getBestCmap()}
    runs = groupby(enumerate(sorted(covered)), lambda pair: pair[1] - pair[0])
    found = ([code for _, code in run] for _, run in runs)
    return "".join(f"{run[0]:X}-{run[-1]:X}\n" for run in found)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(ranges(Path(sys.argv[1])), encoding="ascii")
