"""A Word document with all of its words where pandoc sees them (ECMA-376 part 1, 17).

pandoc 3.9 loses a paragraph's words beside a text box, what was moved, characters with readings,
simple fields, the values of old forms, and cells beyond a table's grid; it reads neither headers
nor comments. So they are put into the body as plain paragraphs before it reads the document.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from .package import Package
from .trees import attribute, children, name_of
from .wordparts import MAIN, REPLACED, W, paragraph, text_of

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
PREFIXES = {
    "w": MAIN,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": f"{DRAWING}/wordprocessingDrawing",
    "a": f"{DRAWING}/main",
    "pic": f"{DRAWING}/picture",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
"""pandoc looks for names under these prefixes, whatever they stand for in the file."""
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
DROPPED = {"del", "moveFrom", "rt", "rubyPr", "delText"}
UNWRAPPED = {
    "ins",
    "moveTo",
    "smartTag",
    "customXml",
    "fldSimple",
    "ruby",
    "rubyBase",
    "dir",
    "bdo",
}
HOLDERS = ("drawing", "pict", "object")
UNREAD = {"chart", "OLEObject", "altChunk"}
_NUMBERING = re.compile(r"(?i)\b(page|of|seite|von|p)\b|[第页共頁\W\d_]+")
"""What headers say that is no word of the document."""


class WordFile:
    def __init__(self, source: ZipFile) -> None:
        self._package = Package(source)
        self.unread = 0
        """Charts and embedded files, which hold words of their own."""
        self.comments = 0

    def write(self, target: Path) -> None:
        """The same document, simpler. Raises KeyError and ParseError."""
        main = self._package.main
        changed = {main: self._document(main)}
        for kind in ("footnotes", "endnotes"):
            changed |= {path: self._tidy(path) for path in self._package.related(main, kind)}
        for prefix, name in PREFIXES.items():
            ET.register_namespace(prefix, name)
        with ZipFile(target, "w") as archive:
            for name in dict.fromkeys(self._package.archive.namelist()):
                if name in changed:
                    data = ET.tostring(changed[name], encoding="utf-8", xml_declaration=True)
                else:
                    data = self._package.archive.read(name)
                plain = name.endswith((".xml", ".rels"))
                archive.writestr(name, _transitional(data) if plain else data)

    def _document(self, main: str) -> ET.Element:
        root = self._tidy(main)
        body = next(children(root, "body"))
        last = [one for one in body if name_of(one) == "sectPr"]
        blocks = [one for one in body if name_of(one) != "sectPr"]
        body[:] = [
            *self._margin(main, "header"),
            *blocks,
            *self._margin(main, "footer"),
            *self._comments(main),
            *last,
        ]
        return root

    def _tidy(self, path: str) -> ET.Element:
        root = ET.fromstring(_transitional(self._package.archive.read(path)))  # noqa: S314
        links = self._package.links(path)
        diagrams = {
            key: self._package.joined(path, link.get("Target", ""))
            for key, link in links.items()
            if link.get("Type", "").endswith("/diagramData")
        }
        self.unread += sum(name_of(one) in UNREAD for one in root.iter())
        return self._tidied(root, diagrams)[0]

    def _tidied(self, element: ET.Element, diagrams: dict[str, str]) -> list[ET.Element]:
        """What stands in an element's place, its children first."""
        name = name_of(element)
        if name in DROPPED:
            return []
        if name == "AlternateContent":
            element = _chosen(element)
        element[:] = [new for child in element for new in self._tidied(child, diagrams)]
        if name in UNWRAPPED or name == "AlternateContent":
            return list(element)
        if element.tag == f"{W}p":
            return [element, *self._boxes(element, diagrams)]
        return REPLACED.get(element.tag, lambda one: [one])(element)

    def _boxes(self, paragraph: ET.Element, diagrams: dict[str, str]) -> Iterator[ET.Element]:
        """The blocks of its text boxes and diagrams, taken out of it."""
        for run in list(paragraph.iter(f"{W}r")):
            for holder in list(children(run, *HOLDERS)):
                boxes = list(holder.iter(f"{W}txbxContent"))
                for box in boxes:
                    yield from box
                for one in holder.iter():
                    if name_of(one) == "relIds" and attribute(one, "dm") in diagrams:
                        yield from self._diagram(diagrams[attribute(one, "dm")])
                pictures = any(name_of(one) in ("blip", "imagedata") for one in holder.iter())
                if boxes and not pictures:
                    run.remove(holder)
                for box in boxes:
                    box.clear()

    def _diagram(self, path: str) -> Iterator[ET.Element]:
        for line in self._package.parsed(path).iter(f"{{{PREFIXES['a']}}}p"):
            text = "".join(one.text or "" for one in line.iter(f"{{{PREFIXES['a']}}}t"))
            if text.strip():
                yield paragraph(text)

    def _margin(self, main: str, kind: str) -> Iterator[ET.Element]:
        """The headers or footers, each once, without those that only number pages."""
        seen = set()
        for path in self._package.related(main, kind):
            root = self._tidy(path)
            text = text_of(root)
            if text in seen or not _NUMBERING.sub("", text):
                continue
            seen.add(text)
            yield from _unlinked(root)

    def _comments(self, main: str) -> Iterator[ET.Element]:
        for path in self._package.related(main, "comments"):
            for comment in children(self._tidy(path), "comment"):
                blocks = list(_unlinked(comment))
                if text_of(comment):
                    self.comments += 1
                    yield paragraph(f"{attribute(comment, 'author')}:")
                    yield from blocks


def _transitional(data: bytes) -> bytes:
    """With the namespaces that everybody writes, also where the file is a strict one."""
    return STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)


def _chosen(element: ET.Element) -> ET.Element:
    """The one of the alternatives that holds words, the modern one first."""
    found = [*children(element, "Choice"), *children(element, "Fallback")]
    return next((one for one in found if text_of(one)), found[0] if found else ET.Element("none"))


def _unlinked(part: ET.Element) -> Iterator[ET.Element]:
    """Its blocks, without what its own links lead to."""
    for block in part:
        for parent in list(block.iter()):
            kept: Iterable[ET.Element] = (
                new
                for one in parent
                if name_of(one) not in HOLDERS
                for new in (one if name_of(one) == "hyperlink" else (one,))
            )
            parent[:] = list(kept)
        yield block
