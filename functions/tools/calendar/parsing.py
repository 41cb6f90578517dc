"""iCalendar read without a word about zones, and with whatever is odd left where it stands.

icalendar would look every TZID up in one table of the whole process, in which the first file that
describes a zone speaks for all others, and would follow the rules of that description without end.
"""

import re
from typing import Any, ClassVar

import icalendar
from icalendar.cal import ComponentFactory
from icalendar.parser.ical.component import ComponentIcalParser
from icalendar.prop import TypesFactory

_BARE = re.compile(
    r'^((?:DTSTART|DTEND|RECURRENCE-ID|RDATE|EXDATE)\b[^:"\n]*;TZID=)([^"\n;]*[:,][^"\n;]*):(\d{8})',
    re.IGNORECASE | re.MULTILINE,
)
"""A zone by a name that has to be quoted and is not: `DTSTART;TZID=GMT+08:00:20260318T090000`."""
_COMPONENTS, _TYPES = ComponentFactory(), TypesFactory()


class _Parser(ComponentIcalParser):
    datetime_names: ClassVar[tuple[str, ...]] = ()
    """A time with a TZID is read as that on the wall; the TZID stays beside it."""

    def handle_begin_component(self, vals: str) -> None:
        super().handle_begin_component(vals)
        self._stack[-1].ignore_exceptions = True  # type: ignore[misc]  # of this one alone

    def handle_end_component(self, vals: str) -> None:
        del vals  # what ends is what began last
        part = self._stack.pop()
        if self._stack:
            self._stack[-1].add_component(part)
        else:
            self._components.append(part)


def parsed(raw: bytes) -> list[icalendar.Component]:
    """The components of an object; a property that cannot be read is a `vBroken` in its place.

    Raises ValueError and LookupError when it is no iCalendar.
    """
    return _Parser(_text(raw), _COMPONENTS, _TYPES).parse()


def all_of(part: icalendar.Component, name: str) -> list[Any]:
    """Every property of that name."""
    found = part.get(name, [])
    return found if isinstance(found, list) else [found]


def _text(raw: bytes) -> str:
    """Unfolded before it is decoded: some fold within a character."""
    whole = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    text = whole.replace(b"\n ", b"").replace(b"\n\t", b"").decode("utf-8", "replace")
    return _BARE.sub(r'\1"\2":\3', text)
