"""What the fonts of the layer have no glyph for, so that it can be said."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHOWN = 12
"""As many of the characters are named."""
INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Zs"}
"""Categories of Unicode that nothing is drawn for."""


def undrawn(text: str, fonts: Path) -> list[str]:
    """The characters of a text that are not drawn, each once, in their order."""
    starts, ends = _ranges(fonts)

    def is_drawn(char: str) -> bool:
        place = bisect_right(starts, ord(char)) - 1
        return place >= 0 and ord(char) <= ends[place]

    return sorted(char for char in set(text) if not (is_drawn(char) or _is_invisible(char)))


def named(characters: Iterable[str]) -> str:
    """Them and their code points, as Unicode writes these."""
    return ", ".join(f"{char} (U+{ord(char):04X})" for char in list(characters)[:SHOWN])


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in INVISIBLE or "VARIATION SELECTOR" in unicodedata.name(
        char, ""
    )


@cache
def _ranges(fonts: Path) -> tuple[list[int], list[int]]:
    """The first and the last code points of what there are glyphs for: see coverage.py."""
    lines = (fonts / "coverage.txt").read_text(encoding="ascii").split()
    pairs = [[int(end, 16) for end in line.split("-")] for line in lines]
    return [first for first, _ in pairs], [last for _, last in pairs]
