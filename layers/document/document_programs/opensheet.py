"""The sheets of an OpenDocument spreadsheet (ISO/IEC 26300-3), whose cells say what they show."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from .beside import open_remarks, open_unread
from .numberformat import shown
from .trees import attribute, children, name_of
from .workbook import MAX_CELLS, MAX_COLUMNS, Sheet, TooMuchError

_SPAN = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)[\d.]*S)?")
GROUPS = {"table-header-rows", "table-row-group", "table-rows"}


def sheets(archive: ZipFile) -> Iterator[Sheet]:
    """In their order. Raises TooMuchError, KeyError and ParseError."""
    root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  expat bounds entities
    hidden = {
        attribute(style, "name")
        for style in root.iter()
        if name_of(style) == "style"
        and any(attribute(one, "display") == "false" for one in children(style, "table-properties"))
    }
    for table in root.iter():
        if name_of(table) == "table":
            yield _sheet(table, hidden)


def _sheet(table: ET.Element, hidden: set[str]) -> Sheet:
    sheet = Sheet(attribute(table, "name"), attribute(table, "style-name") in hidden)
    number = 1
    for row in _rows(table):
        times = int(attribute(row, "number-rows-repeated") or 1)
        cells = dict(_cells(row, sheet))
        if cells and times * len(cells) > MAX_CELLS:
            raise TooMuchError
        for at in range(number, number + times) if cells else ():
            sheet.cells[at] = cells
            if attribute(row, "visibility") in ("collapse", "filter"):
                sheet.hidden_rows.add(at)
        number += times
    sheet.remarks, sheet.unread = list(open_remarks(table)), open_unread(table)
    column = 1
    for one in table.iter():
        if name_of(one) == "table-column":
            times = int(attribute(one, "number-columns-repeated") or 1)
            if attribute(one, "visibility") in ("collapse", "filter"):
                sheet.hidden_columns.append(range(column, column + times))
            column += times
    return sheet


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    for one in table:
        if name_of(one) == "table-row":
            yield one
        elif name_of(one) in GROUPS:
            yield from _rows(one)


def _cells(row: ET.Element, sheet: Sheet) -> Iterator[tuple[int, str]]:
    column = 1
    for cell in children(row, "table-cell", "covered-table-cell"):
        times = int(attribute(cell, "number-columns-repeated") or 1)
        paragraphs = ["".join(_text(one)) for one in children(cell, "p", "h")]
        text = "\n".join(paragraphs).strip() or _value(cell)
        if not text and (formula := attribute(cell, "formula")):
            sheet.uncalculated += 1
            text = f"={formula.partition('=')[2] or formula}"
        if text and column + times > MAX_COLUMNS:
            raise TooMuchError
        yield from ((at, text) for at in range(column, column + times) if text)
        column += times


def _value(cell: ET.Element) -> str:
    """That of a cell whose program did not write what it shows."""
    if span := _SPAN.fullmatch(attribute(cell, "time-value")):
        return ":".join(f"{int(one or 0):02d}" for one in span.groups())
    if (day := attribute(cell, "date-value")) or (word := attribute(cell, "string-value")):
        return day.removesuffix("T00:00:00").replace("T", " ") or word
    if attribute(cell, "value-type") == "percentage" and (share := attribute(cell, "value")):
        return shown(float(share), "0.##%").replace(".%", "%")
    number = f"{attribute(cell, 'value')} {attribute(cell, 'currency')}".strip()
    return number or attribute(cell, "boolean-value").upper()


def _text(element: ET.Element) -> Iterator[str]:
    """Words and blanks, without notes on them."""
    yield element.text or ""
    for one in element:
        kind = name_of(one)
        if kind == "s":
            yield " " * int(attribute(one, "c") or 1)
        elif kind in ("tab", "line-break"):
            yield "\t" if kind == "tab" else "\n"
        elif kind not in ("annotation", "ruby-text"):
            yield from _text(one)
        yield one.tail or ""
