"""What is not pandoc's to do, in a process of its own, which may be stopped or run out of memory.

    python -m document_programs.tasks TASK SOURCE TARGET

pdf_text    the text of a PDF, a form feed after each page
pdf_facts   JSON: pages, title
sheets      JSON: the sheets of a workbook
whole       a docx, odt or pptx that pandoc reads all of
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

from . import opensheet
from .forms import filled_in
from .opentext import OpenText
from .slides import Slides
from .wordfile import WordFile
from .workbook import Sheet, TooMuchError, Workbook

if TYPE_CHECKING:
    from pypdf import PdfReader

PASSWORD, TOO_MUCH = 3, 4
MEMORY = 1536 * 2**20
MAX_PAGES = 2_000
HYPHEN = "\ufffe"
"""How PDFium writes one that parts a word at the end of a line."""
FACTS = ".facts"
"""How a file ends that stands beside what was made: JSON, what else was found."""


def pdf_text(source: Path, target: Path) -> None:
    from pypdfium2 import PdfDocument  # noqa: PLC0415

    pages = opened(source).pages
    if len(pages) > MAX_PAGES:
        sys.exit(TOO_MUCH)
    # PDFium heeds what a PDF says that its glyphs stand for (ActualText); pypdf knows its forms.
    with PdfDocument(source) as drawn, target.open("w", encoding="utf-8", errors="replace") as out:
        for number, page in enumerate(drawn):
            text = page.get_textpage().get_text_range().replace("\r\n", "\n")
            values = filled_in(pages[number]) if number < len(pages) else ()
            out.write("\n".join([text.replace(HYPHEN, "-\n"), *values]).rstrip() + "\f")
    _tell(target, parts=len(pages))


def _tell(target: Path, **facts: object) -> None:
    target.with_suffix(FACTS).write_text(json.dumps(facts))


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
    _tell(
        target,
        parts=len(found),
        hidden=names(one for one in found if one.hidden and one.cells),
        hidden_cells=names(one for one in found if one.has_hidden_parts),
        formulas=sum(one.uncalculated for one in found),
        remarks=sum(len(one.remarks) for one in found),
        unread=sum(one.unread for one in found),
    )


def whole(source: Path, target: Path) -> None:
    with ZipFile(source) as archive:
        names = archive.namelist()
        reader = OpenText if "content.xml" in names else WordFile
        document = (Slides if "ppt/presentation.xml" in names else reader)(archive)
        document.write(target)
    _tell(target, comments=document.comments, unread=document.unread)


def typeset(source: Path, target: Path) -> None:
    import typst  # noqa: PLC0415

    typst.compile(
        source,
        output=target,
        root=source.parent,
        font_paths=[Path(__file__).parent / "fonts"],
        ignore_system_fonts=True,
    )


TASKS = {one.__name__: one for one in (pdf_text, pdf_facts, sheets, whole, typeset)}

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    TASKS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
