"""Tables: read from texts whose cells are parted by a sign, handed to pandoc, written as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from switchboard.errors import BadRequestError

SEPARATORS = "\t,;|"
"""What parts cells; of two that do it equally well, the first."""
LOOKED_AT = 1_000
"""Rows by which the separator is found out."""
MOST = 0.5
Rows = Sequence[Sequence[str]]
_TOLD = re.compile(r'\A"?sep=(.)"?[ \t]*\n')
"""The line by which Excel is told the separator."""
_AMOUNT = re.compile(r"\s*[-+]?[\d.]*,\d+\s*\S?")
"""A number with a decimal comma, and perhaps a currency."""


def rows_of(text: str, *, tabbed: bool = False) -> list[list[str]]:
    """The rows of a table, without empty ones. `tabbed`: it is named as one with tabs."""
    csv.field_size_limit(max(len(text), csv.field_size_limit()))  # of the whole process
    if told := _TOLD.match(text):
        found, _ = _parsed(text[told.end() :], told[1])
    else:
        signs = "\t" if tabbed and "\t" in text else SEPARATORS
        found, _ = max((_parsed(text, sign) for sign in signs), key=_evenness)
    return [row for row in found if any(cell.strip() for cell in row)]


def _parsed(text: str, separator: str) -> tuple[list[list[str]], bool]:
    """The rows, and whether all quotation marks are in order: one that is never closed is none."""
    try:
        return _read(text, separator, strict=True), True
    except csv.Error as error:
        quoted = "end of data" not in str(error)
    if '\\"' in text and (found := _escaped(text, separator)):
        return found, True
    return _read(text, separator, strict=False, quoted=quoted), False


def _escaped(text: str, separator: str) -> list[list[str]]:
    """The rows as databases write them, a backslash before a quotation mark; none if not."""
    try:
        return _read(text, separator, strict=True, doublequote=False, escapechar="\\")
    except csv.Error:
        return []


def _read(
    text: str, separator: str, *, strict: bool, quoted: bool = True, **more: Any
) -> list[list[str]]:
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    lines = io.StringIO(text, newline="")
    options: dict[str, Any] = {"delimiter": separator, "quoting": quoting, **more}
    return list(csv.reader(lines, strict=strict, skipinitialspace=quoted, **options))


def _evenness(parsed: tuple[list[list[str]], bool]) -> tuple[bool, float, float, int]:
    """How well a table is parted: whether most rows are, quotation marks being in order; how many
    rows are; how many are as wide as most; and how few cells look as if another sign parted them.
    A column of amounts with decimal commas is not parted."""
    rows, in_order = parsed
    seen = [row for row in rows[:LOOKED_AT] if row]
    if not seen or _is_column(seen):
        return False, 0, 0, 0
    widths = [len(row) for row in seen]
    usual = max(set(widths), key=lambda width: (width > 1, widths.count(width)))
    parted = sum(width > 1 for width in widths) / len(widths)
    mixed = sum(
        not _AMOUNT.fullmatch(cell) and not {*SEPARATORS}.isdisjoint(cell)
        for row in seen
        for cell in row
    )
    even = widths.count(usual) / len(widths) if usual > 1 else 0
    return in_order and parted > MOST, parted, even, -mixed


def _is_column(rows: list[list[str]]) -> bool:
    head, *amounts = rows
    return len(head) == 1 and all(_AMOUNT.fullmatch(",".join(row)) for row in amounts)


def as_html(tables: Iterable[tuple[str, Rows, Sequence[str]]]) -> str:
    """Each table under its name, if it has one, and over the remarks on it.

    Its first row is its head.
    """
    return "".join(
        (f"<h2>{escape(name)}</h2>" if name else "")
        + (_table(rows) if rows else "")
        + "".join(f"<p>{escape(one)}</p>" for one in remarks)
        for name, rows, remarks in tables
    )


def _table(rows: Rows) -> str:
    width = max(map(len, rows), default=0)
    head, *body = ("".join(map(_cell, (*row, *[""] * (width - len(row))))) for row in rows)
    lines = "".join(f"<tr>{row}</tr>" for row in body)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _cell(text: str) -> str:
    return f"<td>{'<br>'.join(map(escape, text.splitlines()))}</td>"


def tables_apart(made: Path, name: str) -> list[Path]:
    """A file for each table, with the mark that tells spreadsheets that it is UTF-8."""
    tables = made.read_text(encoding="utf-8").split("\f")
    if not tables[0].strip():
        raise BadRequestError("no tables", say="no_tables", name=name)
    paths = [made]
    if len(tables) > 1:
        paths = [made.with_stem(f"{made.stem}-{index}") for index in range(1, len(tables) + 1)]
    for path, table in zip(paths, tables, strict=True):
        path.write_text(table.strip() + "\n", encoding="utf-8-sig")
    return paths
