"""Reads and typesets PDF files in a process of its own, which may be stopped or run out of memory.

    python pdf.py text SOURCE TARGET      the text, a form feed after each page
    python pdf.py facts SOURCE TARGET     JSON: pages, title
    python pdf.py typeset SOURCE TARGET   Typst into PDF

Exit status 3 means that the PDF needs a password; any other than 0, that it cannot be read.
"""  # noqa: INP001  a program, not a package

import json
import resource
import sys
from pathlib import Path

MEMORY = 1536 * 2**20
MAX_PAGES = 2_000
NEEDS_PASSWORD = 3


def opened(source: Path):  # noqa: ANN201  pypdf is imported only where it is needed
    from pypdf import PasswordType, PdfReader  # noqa: PLC0415

    reader = PdfReader(source)
    # Many a PDF is encrypted with the empty password, only to forbid printing.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        sys.exit(NEEDS_PASSWORD)
    return reader


def text(source: Path, target: Path) -> None:
    pages = opened(source).pages
    with target.open("w", encoding="utf-8", errors="replace") as out:
        for index in range(min(len(pages), MAX_PAGES)):
            out.write(pages[index].extract_text() + "\f")


def facts(source: Path, target: Path) -> None:
    reader = opened(source)
    title = reader.metadata.title if reader.metadata else None
    target.write_text(json.dumps({"pages": len(reader.pages), "title": str(title or "")}))


def typeset(source: Path, target: Path) -> None:
    import typst  # noqa: PLC0415

    typst.compile(
        source,
        output=target,
        root=source.parent,
        font_paths=[Path(__file__).parent / "fonts"],
        ignore_system_fonts=True,
    )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    {"text": text, "facts": facts, "typeset": typeset}[sys.argv[1]](
        Path(sys.argv[2]), Path(sys.argv[3])
    )
