"""Typst into PDF."""

from pathlib import Path

import typst

FONTS = Path(__file__).parents[1] / "fonts"


def run(source: Path, target: Path) -> None:
    typst.compile(
        source,
        output=target,
        root=source.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
    )
