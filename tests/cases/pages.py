"""What can be seen of a PDF: its words' places, and the ink in them."""

import re
import subprocess
from collections.abc import Sequence
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

DPI, INK, SEEN, ALIKE, SHARED = 150, 128, 0.02, 0.02, 0.2
Page = tuple[int, int, bytes]
"""Width, height and grey pixels."""


class Box(NamedTuple):
    """A word's place on a page, in points from the page's upper left corner."""

    text: str
    page: int
    sides: tuple[float, float, float, float]
    on_page: bool

    def shared(self, other: "Box") -> float:
        (x, y, right, bottom), (left, top, end, floor) = self.sides, other.sides
        wide, high = min(right, end) - max(x, left), min(bottom, floor) - max(y, top)
        return max(0.0, wide) * max(0.0, high) if self.page == other.page else 0.0

    def ink(self, page: Page) -> tuple[int, list[bool]]:
        """Its width in pixels, and which of them are dark."""
        wide, high, grey = page
        left, top, right, bottom = (max(0, round(one * DPI / 72)) for one in self.sides)
        columns = range(left, min(wide, right))
        rows = range(top, min(high, bottom))
        return len(columns), [grey[y * wide + x] < INK for y in rows for x in columns]


def boxes(path: Path) -> list[Box]:
    found = []
    pages = poppler("pdftotext", "-bbox", path, "-").decode().split("<page ")[1:]
    for number, page in enumerate(pages):
        width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for place, text in re.findall(r"<word ([^>]*)>(.*?)</word>", page):
            left, top, right, bottom = map(float, re.findall(r'="(-?[\d.]+)"', place))
            inside = left >= 0 and top >= 0 and right <= width and bottom <= height
            found.append(Box(unescape(text), number, (left, top, right, bottom), inside))
    return found


def pages(path: Path) -> list[Page]:
    raw, found = poppler("pdftoppm", "-gray", "-r", str(DPI), path), []
    while head := re.match(rb"P5\s+(\d+)\s+(\d+)\s+\d+\s", raw):
        wide, high = int(head[1]), int(head[2])
        found.append((wide, high, raw[head.end() : head.end() + wide * high]))
        raw = raw[head.end() + wide * high :]
    return found


def fit(boxes: Sequence[Box]) -> bool:
    """Whether each is on its page, and none covers much of another."""
    return all(box.on_page for box in boxes) and not any(
        one.shared(other) > SHARED * min(one.shared(one), other.shared(other))
        for one, other in combinations(boxes, 2)
    )


def undrawn(words: Sequence[str], boxes: Sequence[Box], pages: Sequence[Page]) -> list[str]:
    """Words that cannot be seen, or look like another of their length and size."""
    seen: dict[str, tuple[int, list[bool]]] = {}
    for word in words:
        box = min(
            (one for one in boxes if word in one.text), key=lambda one: len(one.text), default=None
        )
        seen[word] = box.ink(pages[box.page]) if box else (0, [])
    bad = [word for word, (_, ink) in seen.items() if sum(ink) < SEEN * len(ink) or not ink]
    for (one, (width, ink)), (other, (width2, ink2)) in combinations(seen.items(), 2):
        same = (len(one), width, len(ink)) == (len(other), width2, len(ink2))
        if same and sum(map(bool.__ne__, ink, ink2)) < ALIKE * len(ink):
            bad.append(other)
    return bad


def poppler(program: str, *arguments: object) -> bytes:
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
