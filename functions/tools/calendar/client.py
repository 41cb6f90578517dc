"""Where a call looks in a CalDAV server: its calendars, and the events in them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from switchboard.errors import BadRequestError, UnclearError
from switchboard.sdk.kit.times.moments import Span

from . import occurrences
from .naming import begins, told_apart
from .objects import UnreadableError
from .queries import Held, during, held
from .repetition import ALL_STEPS, Steps


@dataclass(frozen=True, slots=True)
class Stored(Held):
    """An event, with the object that holds it."""

    uid: str
    calendar: str

    @property
    def name(self) -> str:
        """Which event it is, as one may write down: without a word of its own."""
        return sha256(f"{self.url}\n{self.uid}".encode()).hexdigest()

    @property
    def state(self) -> str:
        """Which event it is, and as what: another one as soon as anybody changes it."""
        state = self.etag or sha256(self.raw).hexdigest()
        return sha256(f"{self.name}\n{state}".encode()).hexdigest()

    @property
    def unchanged(self) -> dict[str, str]:
        """The condition that nobody has changed it, for a server that can tell."""
        strong = self.etag and not self.etag.startswith("W/")
        return {"If-Match": self.etag} if strong else {}


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
