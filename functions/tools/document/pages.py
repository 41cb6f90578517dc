"""A page of HTML with the words that people see in it and pandoc passes over."""

import re
from collections.abc import Iterator

_FIELD = re.compile(r"(?i)<(?P<input>input)\b[^>]{0,2000}>|</?textarea\b[^>]{0,2000}>")
_VALUE = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_MENU, _MENU_END = re.compile(r"(?i)<select\b"), re.compile(r"(?i)</select\s*>")
_ENTRY = re.compile(r"(?i)<option\b([^>]*)>([^<]*)")
_READING = re.compile(r"(?i)<rt\b[^>]*>([^<]*)")
TYPED = {"text", "email", "tel", "url", "number", "date", "time", "search", "month", "week"}
"""Fields of a page's form in which people write what is not secret."""


def spoken(page: str) -> str:
    """It with what its form says, and with its readings in brackets where it has none for them."""
    page = _FIELD.sub(_filled_in, "".join(_with_choices(page)))
    return page if re.search(r"(?i)<rp\b", page) else _READING.sub(r"<rt>(\1)", page)


def _with_choices(page: str) -> Iterator[str]:
    """Of each menu only what is chosen in it; where nothing is, its first entry shows."""
    before, *menus = _MENU.split(page)
    yield before
    for menu in menus:
        inner, *after = _MENU_END.split(menu, maxsplit=1)
        head, _, _ = inner.partition(">")
        found = [(_attributes(one), words.strip()) for one, words in _ENTRY.findall(inner)]
        first = [] if "multiple" in _attributes(head) else [words for _, words in found[:1]]
        chosen = [words for attributes, words in found if "selected" in attributes]
        yield f" <span>{', '.join(chosen or first)}</span> "
        yield from after


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): one or two or bare for name, one, two, bare in _VALUE.findall(tag)}


def _filled_in(field: re.Match[str]) -> str:
    """What stands in a field, apart from what stands beside it."""
    if not field["input"]:
        return "</span> " if field[0].startswith("</") else " <span>"
    values = _attributes(field[0])
    kind = values.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return f" <span>{'☒' if 'checked' in values else '☐'}</span> "
    return f" <span>{values.get('value', '')}</span> " if kind in TYPED else ""
