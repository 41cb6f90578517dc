"""JSON: the pages of a PDF, counted, and its title."""

import json
import sys
from pathlib import Path

from pypdf import PasswordType, PdfReader

from .endings import PASSWORD


def run(source: Path, target: Path) -> None:
    reader = opened(source)
    title = reader.metadata.title if reader.metadata else None
    target.write_text(json.dumps({"pages": len(reader.pages), "title": title or ""}))


def opened(source: Path) -> PdfReader:
    reader = PdfReader(source)
    # Many a PDF is encrypted with the empty password, only to forbid printing.
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        sys.exit(PASSWORD)
    return reader
