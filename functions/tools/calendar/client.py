"""What one call needs of a CalDAV server: find events, write them, take them away."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from caldav.lib import error as dav

from switchboard.errors import BadRequestError, UnavailableError, UnclearError
from switchboard.sdk.kit.times.moments import Span

from . import occurrences
from .naming import begins, told_apart
from .objects import UnreadableError
from .queries import Held, during, held
from .repetition import ALL_STEPS, Steps

TRIES = 5
"""How often a change is tried while others change the same event."""
WAIT = 0.1
"""Seconds, more with every try."""


@dataclass(frozen=True, slots=True)
class Stored(Held):
    """An event, with the object that holds it."""

    uid: str
    calendar: str

    @property
    def name(self) -> str:
        """Which event it is, as one may write down: without a word of its own."""
        return sha256(f"{self.url}\n{self.uid}".encode()).hexdigest()


class Server:
    def __init__(self, client: Any, default: str, person: str = "") -> None:
        self._client = client
        self._default = default
        self._person = person

    def calendars(self, name: str = "", *, every: bool = False) -> dict[str, Any]:
        """By what each is called: those asked for, else the default, else all.

        Two of one name are called by their paths as well; either's name is that of both, as of one
        its id or its path are. Raises BadRequestError when there is none.
        """
        try:
            found = self._client.principal().get_calendars()
        except (AttributeError, SyntaxError, NotImplementedError) as error:
            # What the library makes of pages that are no CalDAV, and of foreign kinds of login.
            raise BadRequestError("not a CalDAV server", say="not_caldav") from error
        if not found:
            raise BadRequestError("no calendars", say="not_caldav")
        named = told_apart(found)
        wanted = "" if every else (name or self._default).strip().casefold()
        chosen = {
            title: each
            for title, (each, names) in named.items()
            if not wanted or wanted in {title.casefold(), *names}
        }
        if not chosen:
            raise UnclearError(
                "no such calendar",
                say="no_calendar",
                calendar=name or self._default,
                names=", ".join(named),
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
            raise UnclearError("which", say="which_calendar", names=", ".join(found) or "-")
        return next(iter(found.items()))

    def between(
        self, name: str, span: Span, zone: ZoneInfo
    ) -> tuple[list[occurrences.Occurrence], int]:
        """All that takes place, in order, and how many objects nobody could read."""
        found, broken, steps = [], 0, Steps(ALL_STEPS)
        for title, calendar in self.calendars(name).items():
            for each in during(calendar, span):
                share = steps.share()
                try:
                    found += occurrences.expand(
                        each.raw, span, zone, title, person=self._person, steps=share
                    )
                except UnreadableError:
                    broken += 1
                steps.give_back(share)
        return sorted(found, key=lambda one: (one.start, not one.all_day, one.title)), broken

    def busy(self, name: str, span: Span, zone: ZoneInfo) -> tuple[list[Span], int]:
        """The stretches of `span` that are taken, none touching another, and as `between`."""
        found, broken = self.between(name, span, zone)
        return occurrences.taken(found, span, zone), broken

    def matching(self, uid: str, name: str) -> list[Stored]:
        """The events of this id, else those whose id begins so."""
        found = []
        for title, calendar in self.calendars(name).items():
            # Not every server can look for a part of an id, and some cannot at all.
            for each in held(calendar, uid=uid) or held(calendar):
                with suppress(UnreadableError):
                    found += [
                        Stored(each.url, each.etag, each.raw, uid=whole, calendar=title)
                        for whole in occurrences.uids(each.raw)
                    ]
        exact = [each for each in found if each.uid == uid]
        return exact or [each for each in found if begins(each.uid, uid)]

    def one(self, uid: str, name: str, keep: Callable[[str], str]) -> Stored | None:
        """The event to be changed: of all tries of a call, the one that the first of them found.

        What is only the beginning of an id may be that of another event once the first is gone, so
        `keep` writes down which it is before anything happens to it.
        """
        found = self.matching(uid, name)
        if len(found) > 1:
            ids = ", ".join(f"`{each.uid}` ({each.calendar})" for each in found[:5])
            raise UnclearError("ambiguous id", say="ambiguous", id=uid, ids=ids)
        return found[0] if found and keep(found[0].name) == found[0].name else None

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
        self, found: Stored | None, edit: Callable[[bytes], bytes | None]
    ) -> tuple[Stored | None, bytes | None]:
        """The event, and what `edit` made of it; nobody else's change is lost on the way."""
        stored = found
        for tries in range(TRIES):
            if tries:
                stored = self._again(stored)
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

    def _again(self, stored: Stored | None) -> Stored | None:
        """The same event as it is now; None when it is gone."""
        matching = self.matching(stored.uid, stored.calendar) if stored else []
        return next((each for each in matching if stored and each.name == stored.name), None)

    def remove(self, stored: Stored) -> None:
        response = self._client.delete(stored.url)
        if response.status >= 400 and response.status != 404:  # noqa: PLR2004
            raise dav.error_from_response(dav.DeleteError, response)

    def _put(self, url: str, raw: bytes, headers: dict[str, str]) -> None:
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        response = self._client.put(url, raw, headers | kind)
        if response.status >= 400:  # noqa: PLR2004
            raise dav.error_from_response(dav.PutError, response)
