"""The text of a PDF, a form feed after each page."""

import sys
from pathlib import Path

from pypdfium2 import PdfDocument

from document_programs.forms import filled_in

from .endings import TOO_MUCH, tell
from .pdf_facts import opened

MAX_PAGES = 2_000
HYPHEN = "\ufffe"
"""How PDFium writes one that parts a word at the end of a line."""


def run(source: Path, target: Path) -> None:
    pages = opened(source).pages
    if len(pages) > MAX_PAGES:
        sys.exit(TOO_MUCH)
    # PDFium heeds what a PDF says that its glyphs stand for (ActualText); pypdf knows its forms.
    with PdfDocument(source) as drawn, target.open("w", encoding="utf-8", errors="replace") as out:
        for number, page in enumerate(drawn):
            text = page.get_textpage().get_text_range().replace("\r\n", "\n")
            values = filled_in(pages[number]) if number < len(pages) else ()
            out.write("\n".join([text.replace(HYPHEN, "-\n"), *values]).rstrip() + "\f")
    tell(target, parts=len(pages))
