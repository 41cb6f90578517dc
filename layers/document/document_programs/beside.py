"""What lies over the cells of a sheet: comments, text boxes, charts (ECMA-376, 18.7, 20.5)."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from .package import Package
from .trees import attribute, children, name_of

UNREAD = {"chart", "pic", "relIds", "oleObject"}
"""Charts, pictures, diagrams and embedded files."""
THREADED = "[Threaded comment]"
"""How a comment begins that only repeats one for newer programs."""


def remarks(package: Package, path: str) -> Iterator[str]:
    """The words of the comments and the text boxes of a sheet, the former after their cell."""
    for kind, name in (("threadedComment", "text"), ("comments", "t")):
        for one in _parts(package, path, kind):
            words = _words(one, name) if name_of(one) in ("comment", "threadedComment") else ""
            if words and not words.startswith(THREADED):
                yield f"{one.get('ref', '')}: {words}"
    lines = (one for one in _parts(package, path, "drawing") if name_of(one) == "p")
    yield from filter(None, (_words(one, "t") for one in lines))


def unread(package: Package, path: str) -> int:
    """How many things of a sheet hold words of their own that are not read."""
    embedded = sum(1 for kind in ("oleObject", "package") for _ in package.related(path, kind))
    return embedded + sum(name_of(one) in UNREAD for one in _parts(package, path, "drawing"))


def _parts(package: Package, path: str, kind: str) -> Iterator[ET.Element]:
    """The elements of all parts of a kind that belong to a sheet."""
    for found in package.related(path, kind):
        yield from _seen(package.parsed(found))


def _seen(element: ET.Element) -> Iterator[ET.Element]:
    """All elements, without what is there for older programs."""
    yield element
    for one in element:
        if name_of(one) != "Fallback":
            yield from _seen(one)


def _words(element: ET.Element, name: str) -> str:
    return "".join(one.text or "" for one in element.iter() if name_of(one) == name).strip()


def open_remarks(table: ET.Element) -> Iterator[str]:
    """Those of a sheet of OpenDocument."""
    for one in table.iter():
        if name_of(one) in ("annotation", "text-box", "custom-shape"):
            author = next((f"{made.text}: " for made in children(one, "creator") if made.text), "")
            lines = ("".join(line.itertext()) for line in one.iter() if name_of(line) == "p")
            if words := " ".join(filter(None, lines)):
                yield f"{author}{words}"


def open_unread(table: ET.Element) -> int:
    frames = (one for one in table.iter() if name_of(one) == "frame")
    return sum(
        attribute(found, "href") != "" or name_of(found) == "object"
        for one in frames
        for found in list(children(one, "object", "object-ole", "image"))[:1]
    )
