"""What one call needs of a CalDAV server: find events, write them, take them away."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from caldav.lib import error as dav

from switchboard.errors import BadRequestError, UnavailableError
from switchboard.sdk.kit.times import DAY, Span

from . import times

TRIES = 5
"""How often a change is tried while others change the same event."""
WAIT = 0.1
"""Seconds, more with every try."""
MIN_PREFIX = 4
"""Characters of an id that are enough; with fewer, a slip would find something."""


def _search(calendar: Any, query: dict[str, Any]) -> list[Any]:
    options = {"event": True, "post_filter": False, "compatibility_workarounds": False}
    return [each for each in calendar.search(**options, **query) if each.raw_data]


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the server has it."""

    uid: str
    calendar: str
    url: str
    etag: str
    raw: bytes


class Server:
    def __init__(self, client: Any, default: str) -> None:
        self._client = client
        self._default = default

    def calendars(self, name: str = "", *, every: bool = False) -> dict[str, Any]:
        """By name: the one asked for, else the default, else all. Raises BadRequestError."""
        try:
            found = self._client.principal().get_calendars()
        except (AttributeError, SyntaxError, NotImplementedError) as error:
            # What the library makes of pages that are no CalDAV, and of foreign kinds of login.
            raise BadRequestError("not a CalDAV server", say="not_caldav") from error
        if not found:
            raise BadRequestError("no calendars", say="not_caldav")
        names = {str(each.get_display_name() or each.id): each for each in found}
        wanted = "" if every else (name or self._default).casefold()
        chosen = {
            name: each
            for name, each in names.items()
            if not wanted or wanted in {name.casefold(), str(each.id).casefold()}
        }
        if not chosen:
            raise BadRequestError(
                "no such calendar",
                say="no_calendar",
                calendar=name or self._default,
                names=", ".join(names),
            )
        return chosen

    def calendar(self, name: str) -> tuple[str, Any]:
        """The one to write to. Raises BadRequestError when there is a choice."""
        found = self.calendars(name)
        if len(found) > 1:  # a list of tasks is a calendar too
            found = {
                name: each
                for name, each in found.items()
                if "VEVENT" in each.get_supported_components()
            }
        if len(found) != 1:
            raise BadRequestError("which", say="which_calendar", names=", ".join(found) or "-")
        return next(iter(found.items()))

    def objects(self, calendar: Any, **query: Any) -> list[Any]:
        """What the calendar holds of what is asked for, and often more."""
        # One broken event is enough for Xandikos to answer 500: to every question of time, once it
        # has built an index to every question, or, when it is no iCalendar at all, to the last.
        for asked in (query, {}):
            try:
                return _search(calendar, asked)
            except dav.ReportError as error:
                if (error.status or 0) < 500:  # noqa: PLR2004
                    raise
        places = [place for place, _, _ in calendar.children()]
        return list(calendar.multiget(places)) if places else []

    def between(self, name: str, span: Span, zone: ZoneInfo) -> tuple[list[times.Occurrence], int]:
        """All that takes place, in order, and how many objects nobody could read."""
        found, broken = [], 0
        for title, calendar in self.calendars(name).items():
            # A day more: servers place days and floating times in a zone of their own.
            for each in self.objects(calendar, start=span[0] - DAY, end=span[1] + DAY):
                try:
                    found += times.expand(each.raw_data, span, zone, title)
                except times.UnreadableError:
                    broken += 1
        return sorted(found, key=lambda one: (one.start, not one.all_day, one.title)), broken

    def busy(self, name: str, span: Span, zone: ZoneInfo) -> tuple[list[Span], int]:
        """The stretches of `span` that are taken, none touching another, and as `between`."""
        found, broken = self.between(name, span, zone)
        # Python compares times of one zone by the wall, wrong in the hour that comes twice.
        times = ((one.start.astimezone(UTC), one.end.astimezone(UTC)) for one in found if one.busy)
        taken: list[Span] = []
        for begin, over in sorted(times):
            start, end = max(begin, span[0]), min(over, span[1])
            if taken and start <= taken[-1][1]:
                taken[-1] = (taken[-1][0], max(end, taken[-1][1]))
            elif start < end:
                taken.append((start, end))
        return [(start.astimezone(zone), end.astimezone(zone)) for start, end in taken], broken

    def matching(self, uid: str, name: str) -> list[Stored]:
        """The events of this id, else those whose id begins so."""
        found = []
        for title, calendar in self.calendars(name).items():
            # Not every server can look for a part of an id, and some cannot at all.
            for each in self.objects(calendar, uid=uid) or self.objects(calendar):
                with suppress(times.UnreadableError):
                    whole = times.whole(each.raw_data, UTC, title).uid
                    found.append(
                        Stored(whole, title, str(each.url), each.etag or "", each.raw_data)
                    )
        exact = [each for each in found if each.uid == uid]
        if exact or len(uid) < MIN_PREFIX:
            return exact
        return [each for each in found if each.uid.casefold().startswith(uid.casefold())]

    def one(self, uid: str, name: str) -> Stored | None:
        found = self.matching(uid, name)
        if len(found) > 1:
            ids = ", ".join(f"`{each.uid}` ({each.calendar})" for each in found[:5])
            raise BadRequestError("ambiguous id", say="ambiguous", id=uid, ids=ids)
        return found[0] if found else None

    def create(self, calendar: Any, uid: str, raw: bytes) -> bool:
        """Store a new event; False when there is one of that id, or the server takes it for one."""
        try:
            self._put(str(calendar.url.join(f"{uid}.ics")), raw, {"If-None-Match": "*"})
        except dav.PutError as error:
            if error.status not in {409, 412}:
                raise
            return False
        return True

    def revise(
        self, uid: str, name: str, edit: Callable[[bytes], bytes | None]
    ) -> tuple[Stored | None, bytes | None]:
        """The event, and what `edit` made of it; nobody else's change is lost on the way."""
        for tries in range(TRIES):
            stored = self.one(uid, name)
            edited = edit(stored.raw) if stored else None
            if stored is None or edited is None:
                return stored, None
            strong = stored.etag and not stored.etag.startswith("W/")
            try:
                self._put(stored.url, edited, {"If-Match": stored.etag} if strong else {})
            except dav.PutError as error:
                if error.status not in {412, 423}:  # changed, or held, by others meanwhile
                    raise
                time.sleep(tries * WAIT)
            else:
                return stored, edited
        raise UnavailableError("changed by others again and again")

    def remove(self, stored: Stored) -> None:
        response = self._client.delete(stored.url)
        if response.status >= 400 and response.status != 404:  # noqa: PLR2004
            raise dav.error_from_response(dav.DeleteError, response)

    def _put(self, url: str, raw: bytes, headers: dict[str, str]) -> None:
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        response = self._client.put(url, raw, headers | kind)
        if response.status >= 400:  # noqa: PLR2004
            raise dav.error_from_response(dav.PutError, response)
