"""Links of the pages of this checkout: to files, to headings, and out of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

PAGES = (
    *sorted(str(path) for path in Path().glob("*.md")),
    *sorted(map(str, Path("docs").rglob("*.md"))),
    "events/README.md",
)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
CODE = re.compile(r"^( *)(```|~~~).*?^\1\2|``.+?``|`[^`\n]+`", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
UNSLUGGED = re.compile(r"[^\w\- ]")


def broken(page: str) -> Iterator[str]:
    """Links that lead nowhere; those out of the checkout are only looked at."""
    text = CODE.sub("", Path(page).read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        parts = urlsplit(target)
        if parts.scheme:
            if parts.scheme not in {"https", "http", "mailto"} or not (parts.netloc or parts.path):
                yield f"{page}: {target} is no address"
            continue
        found = Path(page).parent / unquote(parts.path) if parts.path else Path(page)
        if not found.exists():
            yield f"{page}: {target} is not there"
        elif parts.fragment and unquote(parts.fragment) not in headings(found):
            yield f"{page}: {target} has no such heading"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them of its headings."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        slug = base = UNSLUGGED.sub("", plain.strip().lower()).replace(" ", "-")
        count = 0
        while slug in found:
            count += 1
            slug = f"{base}-{count}"
        found.add(slug)
    return found
