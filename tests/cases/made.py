"""A file that a call has made: its words, its table, and what can be seen of it."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import mistune

from tests.cases.pages import boxes, fit, pages, poppler, undrawn

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}p": "\n"}


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
            found["fits"] = fit(boxes(self.path))
        if "drawn" in asked:
            seen = boxes(self.path), pages(self.path)
            found["drawn"] = lambda words: not undrawn(words, *seen)
        return found

    def text(self) -> str:
        if self.name.endswith(".pdf"):
            return poppler("pdftotext", "-layout", self.path, "-").decode()
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
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._tables += tag == "table"  # or whatever follows would be in it
        self._cell = self._cell and tag not in {"td", "th", "tr"}
        self._part(tag)

    def _part(self, tag: str) -> None:
        """What stands in a line of its own is no part of the word before it."""
        if tag in {"br", "p", "div", "li"}:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self._tables == 1 and self._cell:
            self.rows[-1][-1] += data


_html = mistune.create_markdown(escape=False, plugins=["table"])
