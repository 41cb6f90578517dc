"""What is not pandoc's to do, in a process of its own, which may be stopped or run out of memory.

    python tasks.py pdf_text SOURCE TARGET     the text of a PDF, a form feed after each page
    python tasks.py pdf_facts SOURCE TARGET    JSON: pages, title
    python tasks.py sheets SOURCE TARGET       the sheets of a workbook as tables, in HTML
    python tasks.py typeset SOURCE TARGET      Typst into PDF

The exit status says why it failed: see PASSWORD and TOO_MUCH; any other means a damaged file.
"""

import json
import resource
import sys
from datetime import datetime, time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader

PASSWORD, TOO_MUCH = 3, 4
MEMORY = 1536 * 2**20
MAX_PAGES = 2_000
MAX_CELLS = 200_000


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
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    workbook = CalamineWorkbook.from_path(str(source))
    cells = 0
    with target.open("w", encoding="utf-8") as out:
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python()
            cells += sum(map(len, rows))
            if cells > MAX_CELLS:
                sys.exit(TOO_MUCH)
            head, *body = ["".join(map(cell, row)) for row in rows] or [""]
            out.write(f"<h2>{escape(name)}</h2><table><thead><tr>{head}</tr></thead><tbody>")
            out.writelines(f"<tr>{row}</tr>" for row in body)
            out.write("</tbody></table>")


def cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value.isoformat(" ", "minutes")
    return f"<td>{'<br>'.join(escape(str(value)).splitlines())}</td>"


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
