"""A presentation with all of its words where pandoc sees them (ECMA-376 part 1, 19).

pandoc 3.9 reads neither notes nor groups of shapes, and parts words where their look changes.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from .package import Package
from .trees import attribute, children, name_of

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PREFIXES = {
    "a": DRAWING,
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
P, A = f"{{{PREFIXES['p']}}}", f"{{{DRAWING}}}"
UNREAD = {"chart", "oleObj", "relIds"}


class Slides:
    def __init__(self, source: ZipFile) -> None:
        self._package = Package(source)
        self.comments = 0
        self.unread = 0
        """Charts, diagrams and embedded files, which hold words of their own."""

    def write(self, target: Path) -> None:
        """The same slides with their notes as a last shape. Raises KeyError and ParseError."""
        paths = set(self._package.related(self._package.main, "slide"))
        for prefix, name in PREFIXES.items():
            ET.register_namespace(prefix, name)
        with ZipFile(target, "w") as archive:
            for name in dict.fromkeys(self._package.archive.namelist()):
                data = self._package.archive.read(name)
                archive.writestr(name, self._with_notes(name) if name in paths else data)

    def _with_notes(self, path: str) -> bytes:
        slide = self._package.parsed(path)
        for tree in slide.iter(f"{P}spTree"):
            tree[:] = [one for shape in tree for one in _flat(shape)]
        for line in slide.iter(f"{A}p"):
            _join(line)
        self.unread += sum(name_of(one) in UNREAD for one in slide.iter())
        bodies = [*self._notes(path), *self._remarks(path)]
        next(slide.iter(f"{P}spTree")).extend(map(_shape, bodies))
        return ET.tostring(slide, encoding="utf-8", xml_declaration=True)

    def _notes(self, path: str) -> Iterator[ET.Element]:
        for found in self._package.related(path, "notesSlide"):
            for shape in self._package.parsed(found).iter(f"{P}sp"):
                body = shape.find(f"{P}txBody")
                places = [attribute(one, "type") for one in shape.iter(f"{P}ph")]
                if body is not None and "body" in places and "".join(body.itertext()).strip():
                    yield body

    def _remarks(self, path: str) -> Iterator[ET.Element]:
        for found in self._package.related(path, "comments"):
            for one in self._package.parsed(found).iter():
                said = "".join(one.itertext()).strip() if name_of(one) == "cm" else ""
                if said:
                    self.comments += 1
                    yield _body(said)


def _flat(shape: ET.Element) -> Iterator[ET.Element]:
    """The shapes of a group, and one of the alternatives that there are."""
    inner = [shape]
    if name_of(shape) == "AlternateContent":
        inner = list(next(children(shape, "Choice", "Fallback"), ()))
    elif name_of(shape) == "grpSp":
        inner = list(shape)
    if inner == [shape]:
        yield shape
    else:
        yield from (one for each in inner for one in _flat(each))


def _join(line: ET.Element) -> None:
    """Make one run of those that look alike: pandoc puts a blank between two."""
    last: ET.Element | None = None
    for run in list(line):
        if name_of(run) not in ("r", "fld"):
            last = None if name_of(run) == "br" else last
            continue
        if last is None or _look(run) != _look(last):
            last = run
            continue
        text, more = last.find(f"{A}t"), run.findtext(f"{A}t", "")
        if text is not None:
            text.text = f"{text.text or ''}{more}"
            line.remove(run)


def _look(run: ET.Element) -> tuple[str, str]:
    """Whether it stands higher, and whether it is struck out: 10 and 5 may not be 105."""
    made = next(children(run, "rPr"), run)
    return made.get("baseline", "0"), made.get("strike", "noStrike")


def _body(words: str) -> ET.Element:
    made = ET.Element(f"{P}txBody")
    run = ET.SubElement(ET.SubElement(made, f"{A}p"), f"{A}r")
    ET.SubElement(run, f"{A}t").text = words
    return made


def _shape(body: ET.Element) -> ET.Element:
    made = ET.Element(f"{P}sp")
    about = ET.SubElement(made, f"{P}nvSpPr")
    ET.SubElement(about, f"{P}cNvPr", {"id": "9999", "name": "Notes"})
    ET.SubElement(about, f"{P}cNvSpPr")
    ET.SubElement(about, f"{P}nvPr")
    ET.SubElement(made, f"{P}spPr")
    made.append(body)
    return made
