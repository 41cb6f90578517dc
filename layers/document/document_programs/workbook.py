"""The sheets of a workbook (ECMA-376 part 1, 18) as they look, cell by cell.

No library is asked: those that know a cell's format do not know what it looks like under it, and
those that are lenient do not know its format. Names are matched without their namespaces, of which
strict files have others.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from . import beside
from .numberformat import BUILT_IN, shown
from .package import Package
from .trees import attribute, children, name_of

MAX_CELLS = 200_000
"""Of all sheets; more is a database and no document."""
MAX_COLUMNS = 16_384
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f]")


class TooMuchError(Exception):
    """There are more cells than can be read."""


@dataclass
class Sheet:
    name: str
    hidden: bool = False
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    """By row and column; only those that show something."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    uncalculated: int = 0
    """Formulas that were saved without a value; they are shown as formulas."""
    remarks: list[str] = field(default_factory=list)
    """Comments and text boxes."""
    unread: int = 0
    """Charts and other things over the cells, of which no words are read."""

    @property
    def has_hidden_parts(self) -> bool:
        """Whether rows or columns with something in them are hidden."""
        columns = {column for row in self.cells.values() for column in row}
        hidden = (column in one for one in self.hidden_columns for column in columns)
        return not self.hidden_rows.isdisjoint(self.cells) or any(hidden)

    def rows(self) -> list[list[str]]:
        """From the first column in use to the last, an empty row for any that are left out.

        Raises TooMuchError.
        """
        columns = {column for row in self.cells.values() for column in row}
        used = range(min(columns, default=0), max(columns, default=-1) + 1)
        if len(self.cells) * len(used) > 2 * MAX_CELLS:
            raise TooMuchError
        rows, last = [], 0
        for number in sorted(self.cells):
            if 0 < last < number - 1:
                rows.append([""] * len(used))
            rows.append([self.cells[number].get(column, "") for column in used])
            last = number
        return rows


class Workbook:
    def __init__(self, archive: ZipFile) -> None:
        self._package = package = Package(archive)
        self._root = package.parsed(package.main)
        found = {
            kind: list(package.related(package.main, kind)) for kind in ("sharedStrings", "styles")
        }
        self._strings = [
            _text(one) for path in found["sharedStrings"] for one in package.parsed(path)
        ]
        self._formats = [one for path in found["styles"] for one in _formats(package.parsed(path))]
        properties = next(children(self._root, "workbookPr"), ET.Element(""))
        self._since_1904 = _is_set(properties, "date1904")

    def sheets(self) -> Iterator[Sheet]:
        """In their order. Raises TooMuchError, KeyError and ParseError."""
        parts = self._package.links(self._package.main)
        left = MAX_CELLS
        for entry in self._root.iter():
            if name_of(entry) != "sheet":
                continue
            link = parts[attribute(entry, "id")]
            sheet = Sheet(entry.get("name", ""), entry.get("state", "visible") != "visible")
            if link.get("Type", "").endswith("/worksheet"):
                path = self._package.joined(self._package.main, link.get("Target", ""))
                self._read(sheet, path, left)
                sheet.remarks = list(beside.remarks(self._package, path))
                sheet.unread = beside.unread(self._package, path)
                left -= sum(map(len, sheet.cells.values()))
            else:
                sheet.unread = 1
            yield sheet

    def _read(self, sheet: Sheet, path: str, left: int) -> None:
        row = 0
        with self._package.archive.open(path) as part:
            for _, element in ET.iterparse(part):  # noqa: S314  expat bounds entities
                kind = name_of(element)
                if kind == "row":
                    row = int(element.get("r") or row + 1)
                    self._row(sheet, element, row)
                    left -= len(sheet.cells.get(row, ()))
                    if left < 0:
                        raise TooMuchError
                    element.clear()
                elif kind == "col" and _is_set(element, "hidden"):
                    last = int(element.get("max", 0))
                    sheet.hidden_columns.append(range(int(element.get("min", 0)), last + 1))

    def _row(self, sheet: Sheet, element: ET.Element, number: int) -> None:
        column = 0
        for cell in children(element, "c"):
            found = _REFERENCE.fullmatch(cell.get("r", "").upper())
            column = _column(found[1]) if found else column + 1
            if column > MAX_COLUMNS:
                raise TooMuchError
            if text := self._cell(cell, sheet):
                sheet.cells.setdefault(number, {})[column] = text
        if _is_set(element, "hidden"):
            sheet.hidden_rows.add(number)

    def _cell(self, cell: ET.Element, sheet: Sheet) -> str:
        parts = {name_of(one): one for one in cell}
        kind, value = cell.get("t", "n"), parts["v"].text if "v" in parts else None
        if "is" in parts:
            return self._styled(cell, _text(parts["is"]))
        if value is None:
            if "f" not in parts or (kind == "str" and "v" in parts):
                return ""
            sheet.uncalculated += 1
            return f"={parts['f'].text or '…'}"
        if kind == "s":
            return self._styled(cell, self._strings[int(value)])
        if kind == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if kind == "str":
            return self._styled(cell, _unescaped(value))
        if kind == "d":
            return value.removesuffix("T00:00:00").replace("T", " ")
        return value if kind == "e" else self._styled(cell, _number(value))

    def _styled(self, cell: ET.Element, value: float | str) -> str:
        style = int(cell.get("s") or 0)
        code = self._formats[style] if style < len(self._formats) else "General"
        if code == "@":  # digits of a text keep their zeros
            return cell.findtext("{*}v", "") if isinstance(value, float) else value
        return shown(value, code, since_1904=self._since_1904)


def _is_set(element: ET.Element, name: str) -> bool:
    return element.get(name) in ("1", "true")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _text(element: ET.Element) -> str:
    """The text of a string, rich or plain, without the readings of its characters."""
    parts = [
        one.text or ""
        for run in children(element, "t", "r")
        for one in (children(run, "t") if name_of(run) == "r" else (run,))
    ]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written `_x000D_` (18.4.12)."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _number(value: str) -> float | str:
    try:
        number = float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else value


def _formats(styles: ET.Element) -> list[str]:
    """The number format of each style of cells."""
    own = {
        one.get("numFmtId"): one.get("formatCode", "General")
        for found in children(styles, "numFmts")
        for one in found
    }
    return [
        own.get(one.get("numFmtId")) or BUILT_IN.get(int(one.get("numFmtId") or 0), "General")
        for found in children(styles, "cellXfs")
        for one in children(found, "xf")
    ]
