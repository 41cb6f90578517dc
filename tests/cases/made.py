"""A file that a call has made: its words, its table, and what can be seen of it."""

import csv
import re
import subprocess
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import mistune

DPI, INK, SEEN, ALIKE, SHARED = 150, 128, 0.02, 0.02, 0.2
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}p": "\n"}
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


class Made(NamedTuple):
    name: str
    path: Path

    def facts(self, expect: Any) -> dict[str, Any]:
        """What there is to be known of it; what takes a while only if somebody asks."""
        asked, text = set(re.findall(r"'(rows|fits|drawn)':", repr(expect))), self.text()
        found: dict[str, Any] = {"name": self.name, "text": text, "packed": "".join(text.split())}
        if "rows" in asked:
            found["rows"] = [[" ".join(one.split()) for one in row] for row in self.rows(text)]
        if "fits" in asked:
            found["fits"] = fit(self.boxes())
        if "drawn" in asked:
            boxes, pages = self.boxes(), self.pages()
            found["drawn"] = lambda words: not undrawn(words, boxes, pages)
        return found

    def text(self) -> str:
        if self.name.endswith(".pdf"):
            return _poppler("pdftotext", "-layout", self.path, "-").decode()
        if not self.name.endswith(".docx"):
            return self.path.read_bytes().decode("utf-8-sig", errors="replace")
        with ZipFile(self.path) as archive:
            root = ET.fromstring(archive.read("word/document.xml"))
        text = {f"{WORD}t": lambda one: one.text or ""}
        return "".join(
            text.get(one.tag, lambda one: BREAKS.get(one.tag, ""))(one) for one in root.iter()
        )

    def rows(self, text: str) -> list[list[str]]:
        if self.name.endswith((".csv", ".tsv")):
            mark = "\t" if self.name.endswith(".tsv") else ","
            return list(csv.reader(text.splitlines(keepends=True), delimiter=mark))
        table = _Table()
        table.feed(text if self.name.endswith(".html") else str(_html(text)))
        return table.rows

    def boxes(self) -> list[Box]:
        found = []
        pages = _poppler("pdftotext", "-bbox", self.path, "-").decode().split("<page ")[1:]
        for number, page in enumerate(pages):
            width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
            for place, text in re.findall(r"<word ([^>]*)>(.*?)</word>", page):
                left, top, right, bottom = map(float, re.findall(r'="(-?[\d.]+)"', place))
                inside = left >= 0 and top >= 0 and right <= width and bottom <= height
                found.append(Box(unescape(text), number, (left, top, right, bottom), inside))
        return found

    def pages(self) -> list[Page]:
        raw, found = _poppler("pdftoppm", "-gray", "-r", str(DPI), self.path), []
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


class _Table(HTMLParser):
    """The cells of the first table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._tables = 0
        self._cell = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._tables += tag == "table"
        if self._tables == 1 and tag == "tr":
            self.rows.append([])
        elif self._tables == 1 and tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True
        self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        self._tables += tag == "table"  # or whatever follows would be in it
        self._cell = self._cell and tag not in {"td", "th", "tr"}
        self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self._tables == 1 and self._cell:
            self.rows[-1][-1] += data


_html = mistune.create_markdown(escape=False, plugins=["table"])


def _poppler(program: str, *arguments: object) -> bytes:
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
