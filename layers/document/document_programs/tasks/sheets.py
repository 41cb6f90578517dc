"""JSON: the sheets of a workbook, each with its name, its rows and the remarks on it."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

from document_programs import opensheet
from document_programs.workbook import Sheet, TooMuchError, Workbook

from .endings import TOO_MUCH, tell


def run(source: Path, target: Path) -> None:
    with ZipFile(source) as archive:
        is_open = "content.xml" in archive.namelist()
        try:
            found = list(opensheet.sheets(archive) if is_open else Workbook(archive).sheets())
            tables = [
                (one.name, one.rows(), one.remarks) for one in found if one.cells or one.remarks
            ]
        except TooMuchError:
            sys.exit(TOO_MUCH)

    def names(chosen: Iterable[Sheet]) -> str:
        return ", ".join(one.name for one in chosen)

    target.write_text(json.dumps(tables), encoding="utf-8")
    tell(
        target,
        parts=len(found),
        hidden=names(one for one in found if one.hidden and one.cells),
        hidden_cells=names(one for one in found if one.has_hidden_parts),
        formulas=sum(one.uncalculated for one in found),
        remarks=sum(len(one.remarks) for one in found),
        unread=sum(one.unread for one in found),
    )
