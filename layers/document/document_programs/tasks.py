"""What is not pandoc's to do, in a process of its own, which may be stopped or run out of memory.

    python -m document_programs.tasks TASK SOURCE TARGET

pdf_text    the text of a PDF, a form feed after each page
pdf_facts   JSON: pages, title
sheets      JSON: the sheets of a workbook, and what is hidden
typeset     Typst into PDF

The exit status says why it failed: see PASSWORD and TOO_MUCH; any other means a damaged file.
"""

import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

if TYPE_CHECKING:
    from pypdf import PdfReader

PASSWORD, TOO_MUCH = 3, 4
MEMORY = 1536 * 2**20
MAX_PAGES = 2_000


def pdf_text(source: Path, target: Path) -> None:
    pages = opened(source).pages
    if len(pages) > MAX_PAGES:
        sys.exit(TOO_MUCH)
    with target.open("w", encoding="utf-8", errors="replace") as out:
        for page in pages:
            out.write(page.extract_text() + "\f")


def pdf_facts(source: Path, target: Path) -> None:
    reader = opened(source)
    title = reader.metadata.title if reader.metadata else None
    target.write_text(json.dumps({"pages": len(reader.pages), "title": title or ""}))


def opened(source: Path) -> "PdfReader":
    from pypdf import PasswordType, PdfReader  # noqa: PLC0415  one library a task

    reader = PdfReader(source)
    # Many a PDF is encrypted with the empty password, only to forbid printing.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        sys.exit(PASSWORD)
    return reader


def sheets(source: Path, target: Path) -> None:
    from .opensheet import sheets as open_sheets  # noqa: PLC0415  one reader a task
    from .workbook import Sheet, TooMuchError, Workbook  # noqa: PLC0415

    with ZipFile(source) as archive:
        is_open = "content.xml" in archive.namelist()
        try:
            found = list(open_sheets(archive) if is_open else Workbook(archive).sheets())
            tables = [{"name": one.name, "rows": one.rows()} for one in found if one.cells]
        except TooMuchError:
            sys.exit(TOO_MUCH)

    def names(chosen: Iterable[Sheet]) -> str:
        return ", ".join(one.name for one in chosen)

    facts = {
        "sheets": len(found),
        "tables": tables,
        "hidden": names(one for one in found if one.hidden and one.cells),
        "hidden_cells": names(one for one in found if one.has_hidden_parts),
        "formulas": sum(one.uncalculated for one in found),
    }
    target.write_text(json.dumps(facts), encoding="utf-8")


def typeset(source: Path, target: Path) -> None:
    import typst  # noqa: PLC0415

    typst.compile(
        source,
        output=target,
        root=source.parent,
        font_paths=[Path(__file__).parent / "fonts"],
        ignore_system_fonts=True,
    )


TASKS = {"pdf_text": pdf_text, "pdf_facts": pdf_facts, "sheets": sheets, "typeset": typeset}

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    TASKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
