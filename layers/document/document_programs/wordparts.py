"""Parts of a Word document as pandoc reads all of them."""

from xml.etree import ElementTree as ET

from .trees import attribute, children, name_of

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{MAIN}}}"
MAX_COLUMNS = 1_000


def text_of(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter() if name_of(one) == "t").strip()


def paragraph(text: str) -> ET.Element:
    made = ET.Element(f"{W}p")
    made.append(_run(text))
    return made


def _run(text: str) -> ET.Element:
    run = ET.Element(f"{W}r")
    ET.SubElement(
        run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
    ).text = text
    return run


def _runs(run: ET.Element) -> list[ET.Element]:
    """A run apart from the runs within it, and before it what an old form says there."""
    before = [_run(value) for one in run.iter(f"{W}ffData") if (value := _value(one))]
    inner = list(children(run, "r"))
    if not inner:
        return [*before, run]
    for one in inner:
        run.remove(one)
    return [*before, run, *inner]


def _value(form: ET.Element) -> str:
    """What was chosen in an old form's list or box; a text stands in the document itself."""
    for box in form.iter(f"{W}checkBox"):
        states = [*box.iter(f"{W}checked"), *box.iter(f"{W}default")]
        value = attribute(states[0], "val") if states else "0"
        return "☐" if value in ("0", "false", "off") else "☒"
    for menu in form.iter(f"{W}ddList"):
        entries = [attribute(one, "val") for one in menu.iter(f"{W}listEntry")]
        chosen = [*menu.iter(f"{W}result"), *menu.iter(f"{W}default")]
        index = int(attribute(chosen[0], "val") or 0) if chosen else 0
        return entries[index] if index < len(entries) else ""
    return ""


def _widened(table: ET.Element) -> list[ET.Element]:
    """With a grid as wide as its widest row."""
    width = max(map(_width, children(table, "tr")), default=0)
    for grid in children(table, "tblGrid"):
        for _ in range(min(width, MAX_COLUMNS) - len(grid)):
            ET.SubElement(grid, f"{W}gridCol", {f"{W}w": "1000"})
    return [table]


def _width(row: ET.Element) -> int:
    held = [one for control in children(row, "sdt") for one in control.iterfind(f"{W}sdtContent/*")]
    cells = [one for one in (*row, *held) if name_of(one) == "tc"]
    spans = [one for cell in cells for one in cell.iterfind(f"{W}tcPr/{W}gridSpan")]
    return len(cells) + sum(int(attribute(one, "val") or 1) - 1 for one in spans)


def _kept(row: ET.Element) -> list[ET.Element]:
    """Nothing where somebody has deleted the row."""
    return [] if any(name_of(one) == "del" for one in row.iterfind(f"{W}trPr/*")) else [row]


def _break(element: ET.Element) -> list[ET.Element]:
    element.tag = f"{W}br" if name_of(element) == "cr" else f"{W}tab"
    return [element]


REPLACED = {
    f"{W}{name}": made
    for name, made in (
        ("r", _runs),
        ("tr", _kept),
        ("tbl", _widened),
        ("cr", _break),
        ("ptab", _break),
    )
}
