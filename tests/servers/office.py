"""LibreOffice, which reads documents without any of our code or libraries."""

import csv
import subprocess
from pathlib import Path

AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true"
"""Commas, quotation marks, UTF-8, and cells as they look."""


def converted(paths: list[Path], to: str, folder: Path) -> None:
    """Each file converted into `folder` under its own stem, all by one process."""
    home = folder / "office"
    command = ["soffice", f"-env:UserInstallation={home.as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", to, "--outdir", str(folder), *map(str, paths)],
        capture_output=True,
        check=True,
    )


def shown_by_office(data: bytes, kind: str, folder: Path) -> list[list[str]]:
    """The cells of the first sheet as they look."""
    source = folder / f"sheet.{kind}"
    source.write_bytes(data)
    converted([source], AS_SHOWN, folder)
    return [*csv.reader((folder / "sheet.csv").read_text(encoding="utf-8").splitlines())]
