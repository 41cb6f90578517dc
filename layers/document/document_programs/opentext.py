"""An OpenDocument text with all of its words where pandoc sees them (ISO/IEC 26300-3).

pandoc 3.9 reads neither text boxes and shapes nor forms, fields, notes on the text, headers,
indexes, tables within tables, and characters with readings. So their words are put into
paragraphs before it reads the document.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from .trees import attribute, children, name_of

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = ("office", "style", "text", "table", "meta", "number", "chart", "form", "script")
PREFIXES = {
    **{name: f"{OASIS}:{name}:1.0" for name in NAMES},
    "draw": f"{OASIS}:drawing:1.0",
    "fo": f"{OASIS}:xsl-fo-compatible:1.0",
    "svg": f"{OASIS}:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
TEXT, DRAW = f"{{{PREFIXES['text']}}}", f"{{{PREFIXES['draw']}}}"
PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}
BLOCKS = {*PARAGRAPHS, f"{TEXT}list", f"{{{PREFIXES['table']}}}table"}
GONE = {"ruby-text", "tracked-changes", "soft-page-break", "annotation-end", "sequence-decls"}
GONE |= {"forms", "fieldmark-start", "fieldmark-end"}
READ = "p h span a s tab line-break note note-citation note-body list list-item list-header"
READ += " bookmark bookmark-start bookmark-end reference-mark-start reference-mark-end"
KNOWN = {f"{TEXT}{name}" for name in READ.split()}
"""What pandoc reads within a paragraph; anything else becomes a span of words."""
OPENED = {"section", "index-body", "index-title", "numbered-paragraph"}
_NUMBERING = re.compile(r"(?i)\b(page|of|seite|von|p)\b|[第页共頁\W\d_]+")


class OpenText:
    def __init__(self, source: ZipFile) -> None:
        self._archive = source
        self._notes: list[ET.Element] = []
        self._values: dict[str, str] = {}
        self.comments = 0
        self.unread = 0

    def write(self, target: Path) -> None:
        """The same document, simpler. Raises KeyError and ParseError."""
        root = self._tidy("content.xml")
        body = next(root.iter(f"{{{PREFIXES['office']}}}text"))
        heads, feet = self._margins()
        body[:] = [*heads, *body, *feet, *self._notes]
        for prefix, name in PREFIXES.items():
            ET.register_namespace(prefix, name)
        with ZipFile(target, "w") as archive:
            for name in dict.fromkeys(self._archive.namelist()):
                data = self._archive.read(name)
                archive.writestr(name, ET.tostring(root) if name == "content.xml" else data)

    def _tidy(self, path: str) -> ET.Element:
        root = ET.fromstring(self._archive.read(path))  # noqa: S314  expat bounds entities
        self.unread += sum(name_of(one) in ("object", "object-ole") for one in root.iter())
        for forms in root.iter(f"{{{PREFIXES['office']}}}forms"):
            self._values |= {key: _value(one) for one in forms.iter() if (key := _key(one))}
        self._tidied(root)
        return root

    def _tidied(self, element: ET.Element) -> None:
        """Its children first."""
        for child in element:
            self._tidied(child)
        name = name_of(element)
        if name == "annotation":
            self._note(element)
        elif name in GONE:
            _speak(element)
        elif name == "fieldmark":
            _speak(element, _marked(element))
        elif element.tag == f"{DRAW}control":
            _speak(element, self._values.get(attribute(element, "control"), ""))
        if element.tag in PARAGRAPHS:
            _as_spans(element)
        else:
            element[:] = [new for child in element for new in self._placed(child, element)]

    def _placed(self, child: ET.Element, parent: ET.Element) -> Iterator[ET.Element]:
        """What stands in a block's place."""
        name = name_of(child)
        if child.tag in PARAGRAPHS:
            yield child
            yield from _hoisted(child)
        elif child.tag.startswith(DRAW) and name_of(parent) in ("text", "table-cell", "section"):
            yield from _blocks(child)
        elif name in OPENED or name.endswith("-index") or name == "table-of-content":
            yield from (one for one in child if not name_of(one).endswith("-source"))
        elif name == "table" and name_of(parent) == "table-cell":
            cells = (one for one in child.iter() if name_of(one) == "table-cell")
            yield from (one for cell in cells for one in cell if one.tag in BLOCKS)
        else:
            yield child

    def _note(self, element: ET.Element) -> None:
        author = next((one.text for one in children(element, "creator")), "") or ""
        said = [one for one in element if one.tag in BLOCKS]
        if any("".join(one.itertext()).strip() for one in said):
            self.comments += 1
            self._notes += [_paragraph(f"{author}:"), *said]
        _speak(element)

    def _margins(self) -> tuple[list[ET.Element], list[ET.Element]]:
        """The headers and the footers, each once, without those that only number pages."""
        found: dict[str, list[ET.Element]] = {"header": [], "footer": []}
        seen = set()
        for one in self._tidy("styles.xml").iter() if self._has_styles() else ():
            kind = name_of(one).partition("-")[0]
            words = "".join(one.itertext()).strip()
            if kind not in found or "properties" in one.tag or "style" in name_of(one):
                continue
            if words not in seen and _NUMBERING.sub("", words):
                seen.add(words)
                found[kind] += list(one)
        return found["header"], found["footer"]

    def _has_styles(self) -> bool:
        return "styles.xml" in self._archive.namelist()


def _speak(element: ET.Element, words: str = "") -> None:
    """Make it a span of these words; what follows it stays."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = f"{TEXT}span", words, tail


def _as_spans(paragraph: ET.Element) -> None:
    for one in paragraph.iter():
        inline = one.tag not in KNOWN and not one.tag.startswith(DRAW)
        if inline and one is not paragraph and "annotation" not in one.tag:
            one.tag = f"{TEXT}span"


def _hoisted(element: ET.Element) -> Iterator[ET.Element]:
    """The blocks of shapes within a paragraph, which keeps only its pictures."""
    for child in element:
        if not child.tag.startswith(DRAW):
            yield from _hoisted(child)
        elif not any(name_of(one) == "image" for one in child):
            yield from _blocks(child)
            _speak(child)


def _blocks(shape: ET.Element) -> Iterator[ET.Element]:
    for child in shape:
        if child.tag in BLOCKS:
            yield child
        else:
            yield from _blocks(child)


def _paragraph(words: str) -> ET.Element:
    made = ET.Element(f"{TEXT}p")
    made.text = words
    return made


def _key(control: ET.Element) -> str:
    return attribute(control, "id")


def _value(control: ET.Element) -> str:
    """What stands in a control of a form."""
    kind = name_of(control)
    if kind in ("checkbox", "radio"):
        state = attribute(control, "current-state") or attribute(control, "state")
        return f"{'☒' if state == 'checked' else '☐'} {attribute(control, 'label')}".strip()
    if kind == "listbox":
        chosen = (
            one
            for one in control
            if "true" in (attribute(one, "current-selected"), attribute(one, "selected"))
        )
        return ", ".join(attribute(one, "label") for one in chosen)
    lines = (" ".join(one.itertext()) for one in children(control, "p"))
    named = attribute(control, "current-value") or attribute(control, "value")
    return named or " ".join(lines) or attribute(control, "label")


def _marked(field: ET.Element) -> str:
    """What was chosen in a field that Word had (LibreOffice's field marks)."""
    given = [(attribute(one, "name"), attribute(one, "value")) for one in children(field, "param")]
    values = dict(given)
    if "Checkbox_Checked" in values or attribute(field, "type").endswith("FORMCHECKBOX"):
        return "☒" if values.get("Checkbox_Checked") == "true" else "☐"
    entries = [value for name, value in given if name == "Dropdown_ListEntry"]
    index = values.get("Dropdown_Selected", "")
    chosen = entries[int(index)] if index.isdigit() and int(index) < len(entries) else ""
    return chosen or "".join(field.itertext())
