"""The files of the chat page, read once; nothing outside this list can be asked for."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("page")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def assets() -> dict[str, tuple[str, str]]:
    """Path below the page to its media type and text."""
    return {
        str(path.relative_to(FOLDER)): (TYPES[path.suffix], path.read_text(encoding="utf-8"))
        for path in FOLDER.rglob("*")
        if path.suffix in TYPES
    }
