"""What a call changes in a CalDAV server: events written, taken away, and put back."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from caldav.calendarobjectresource import Event
from caldav.lib import error as dav

from switchboard.errors import BadRequestError, UnavailableError

from . import backups
from .backups import Backup
from .client import Server, Stored

TRIES = 5
"""How often a change is tried while others change the same event."""
WAIT = 0.1
"""Seconds, more with every try."""
CHANGED = 412
"""The status of a condition that does not hold: Precondition Failed."""


class Store(Server):
    """A server whose events are changed: what others change meanwhile is never lost."""

    def create(self, calendar: Any, uid: str, raw: bytes) -> bool:
        """Store a new event; False when there is one of that id, or the server takes it for one."""
        try:
            self._put(str(calendar.url.join(f"{uid}.ics")), raw, {"If-None-Match": "*"})
        except dav.PutError as error:
            if error.status not in {409, 412}:
                raise
            return False
        return True

    def exact(self, found: Stored | None) -> Stored | None:
        """The event as it is now, to the byte, which listings do not tell; None: it is gone."""
        one = Event(client=self._client, url=found.url) if found else None
        try:
            if one is None or found is None or not one.load(multiget_fallback=False):
                return None
        except dav.NotFoundError:
            return None
        raw = one.raw_data or b""
        if b"BEGIN:VCALENDAR" not in raw.upper():  # the library takes a page of an error for one
            raise UnavailableError("no object")
        return replace(found, etag=one.etag or "", raw=raw)

    def revise(
        self, found: Stored | None, edit: Callable[[Stored], bytes | None]
    ) -> tuple[Stored | None, bytes | None]:
        """The event, and what `edit` made of it; nobody else's change is lost on the way."""
        stored = found
        for tries in range(TRIES):
            if tries:
                stored = self._again(stored)
            edited = edit(stored) if stored else None
            if stored is None or edited is None:
                return stored, None
            try:
                self._put(stored.url, edited, stored.unchanged)
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
        """Raises BadRequestError when somebody has changed it meanwhile."""
        response = self._client.request(stored.url, "DELETE", "", stored.unchanged)
        if response.status == CHANGED:
            raise BadRequestError("changed meanwhile", say="changed_since")
        if response.status >= 400 and response.status != 404:  # noqa: PLR2004
            raise dav.error_from_response(dav.DeleteError, response)

    def restore(self, backup: Backup) -> None:
        """Put the object back as it was, unless somebody has changed it since the backup.

        It is there already after an earlier try. Raises BadRequestError when it was changed.
        """
        place = Stored(backup.url, "", b"", uid="", calendar=backup.calendar)
        present = self.exact(place)
        if present and backups.same(present.raw, backup.before):
            return
        if bool(present) == bool(backup.after) and (
            present is None or backups.same(present.raw, backup.after)
        ):
            try:
                free = {"If-None-Match": "*"}
                self._put(backup.url, backup.before, present.unchanged if present else free)
            except dav.PutError as error:
                if error.status not in {409, CHANGED}:
                    raise
            else:
                return
        raise BadRequestError("changed since", say="changed_since_undo")

    def _put(self, url: str, raw: bytes, headers: dict[str, str]) -> None:
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        response = self._client.put(url, raw, headers | kind)
        if response.status >= 400:  # noqa: PLR2004
            raise dav.error_from_response(dav.PutError, response)
