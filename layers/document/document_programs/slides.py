"""A presentation with its notes on the slides, where pandoc sees them (ECMA-376 part 1, 19)."""

from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from .package import Package
from .trees import attribute, name_of

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PREFIXES = {
    "a": DRAWING,
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
P = f"{{{PREFIXES['p']}}}"
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
        self.unread += sum(name_of(one) in UNREAD for one in slide.iter())
        for found in self._package.related(path, "notesSlide"):
            for shape in self._package.parsed(found).iter(f"{P}sp"):
                body = shape.find(f"{P}txBody")
                places = [attribute(one, "type") for one in shape.iter(f"{P}ph")]
                if body is not None and "body" in places and "".join(body.itertext()).strip():
                    next(slide.iter(f"{P}spTree")).append(_shape(body))
        return ET.tostring(slide, encoding="utf-8", xml_declaration=True)


def _shape(body: ET.Element) -> ET.Element:
    made = ET.Element(f"{P}sp")
    about = ET.SubElement(made, f"{P}nvSpPr")
    ET.SubElement(about, f"{P}cNvPr", {"id": "9999", "name": "Notes"})
    ET.SubElement(about, f"{P}cNvSpPr")
    ET.SubElement(about, f"{P}nvPr")
    ET.SubElement(made, f"{P}spPr")
    made.append(body)
    return made
