"""What people have filled in or written onto a page of a PDF (ISO 32000-1, 12.5 and 12.7)."""

from collections.abc import Iterator
from typing import Any

WRITTEN = {"/FreeText", "/Text"}
"""Annotations that hold words of their own."""


def filled_in(page: Any) -> Iterator[str]:
    """A line for each field with a value, under the name that people see, and for each remark."""
    for found in page.get("/Annots") or ():
        one = found.get_object()
        kind = one.get("/Subtype")
        if kind in WRITTEN and one.get("/Contents"):
            yield str(one["/Contents"])
        elif kind == "/Widget" and (value := _value(one)):
            name = str(_inherited(one, "/TU") or _inherited(one, "/T") or "")
            yield f"{name}: {value}" if name else value


def _value(field: Any) -> str:
    value = _inherited(field, "/V")
    if _inherited(field, "/FT") == "/Btn":
        state = field.get("/AS", value)
        return "☒" if state not in (None, "/Off") else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _inherited(field: Any, key: str) -> Any:
    """A field's own value for `key`, or that of the field whose part it is."""
    for _ in range(20):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            break
        field = field["/Parent"].get_object()
    return None
