"""The calendar over CalDAV: any server that speaks RFC 4791."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from caldav.davclient import DAVClient
from caldav.lib import error as dav

from switchboard.errors import AppError, BadRequestError, RateLimitedError, UnavailableError
from switchboard.sdk.adapter import Answer, Call, Connection
from switchboard.sdk.arguments import Arguments

from . import changes, events, models
from .models import DAY
from .server import Server

TIMEOUT = 10
"""Seconds for one request."""
MAX_SHOWN = 40
PAUSE = 60
"""Seconds to wait for a server that asks us to slow down and does not say for how long."""
SAYS = {401: "not_let_in", 403: "not_permitted", 404: "not_there", 413: "full", 507: "full"}


class CalendarAdapter:
    def __init__(
        self, connection: Connection, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._operations: Mapping[str, Callable[[Server, Call, Any], Answer]] = {
            "calendars.list": self._calendars,
            "events.list": self._list,
            "events.search": self._search,
            "events.create": self._create,
            "events.update": self._update,
            "events.delete": self._delete,
            "freebusy.query": self._freebusy,
        }

    def run(self, call: Call, arguments: Arguments) -> Answer:
        connection = self._connection
        with (
            _translated(),
            # No look-ups in the DNS for a better address, and no waiting in here when told to wait.
            DAVClient(
                connection["endpoint"],
                username=connection["username"],
                password=connection["password"],
                timeout=TIMEOUT,
                enable_rfc6764=False,
                rate_limit_handle=False,
            ) as client,
        ):
            server = Server(client, connection["calendar"])
            return self._operations[call.operation](server, call, arguments)

    def _calendars(self, server: Server, call: Call, _: models.ListCalendars) -> Answer:
        names = sorted(server.calendars(every=True))
        lines = [call.say("calendars"), *(f"- {events.plain(name)}" for name in names)]
        return Answer(text="\n".join(lines), content={"calendars": names})

    def _list(self, server: Server, call: Call, wanted: models.ListEvents) -> Answer:
        zone = ZoneInfo(call.timezone)
        span = models.window(wanted, zone, self._clock(), (0 * DAY, 7 * DAY))
        found, broken = server.between(wanted.calendar, span, zone)
        return _listing(call, found, broken, span)

    def _search(self, server: Server, call: Call, wanted: models.SearchEvents) -> Answer:
        zone = ZoneInfo(call.timezone)
        span = models.window(wanted, zone, self._clock(), (30 * DAY, 365 * DAY))
        found, broken = server.between(wanted.calendar, span, zone)
        # Servers fold the case of ASCII only, and some search no text at all.
        words = wanted.text.casefold().split()
        texts = ((each, f"{each.title}\n{each.location}\n{each.description}") for each in found)
        hits = [each for each, text in texts if all(word in text.casefold() for word in words)]
        return _listing(call, hits, broken, span)

    def _create(self, server: Server, call: Call, wanted: models.CreateEvent) -> Answer:
        zone, uid = ZoneInfo(call.timezone), str(call.key)
        raw = changes.make(wanted, uid, zone, self._clock())
        name, calendar = server.calendar(wanted.calendar)
        if not server.create(calendar, uid, raw):
            earlier = server.one(uid, name)
            if earlier is None:
                raise BadRequestError("the server refuses the event", say="refused")
            raw = earlier.raw
        return _one(call, "created", raw, name)

    def _update(self, server: Server, call: Call, wanted: models.UpdateEvent) -> Answer:
        zone, now = ZoneInfo(call.timezone), self._clock()
        stored, raw = server.revise(
            wanted.id, wanted.calendar, lambda old: changes.change(old, wanted, zone, now)
        )
        if stored is None:
            raise BadRequestError("no such event", say="no_event", id=wanted.id)
        return _one(call, "updated", raw or stored.raw, stored.calendar)

    def _delete(self, server: Server, call: Call, wanted: models.DeleteEvent) -> Answer:
        if wanted.occurrence:
            return self._exclude(server, call, wanted)
        stored = server.one(wanted.id, wanted.calendar)
        if stored is None:
            return _gone(call, wanted.id)
        server.remove(stored)
        return _one(call, "deleted", stored.raw, stored.calendar)

    def _exclude(self, server: Server, call: Call, wanted: models.DeleteEvent) -> Answer:
        zone, now, day = ZoneInfo(call.timezone), self._clock(), wanted.occurrence
        stored, raw = server.revise(
            wanted.id, wanted.calendar, lambda old: changes.exclude(old, day, zone, now)
        )
        if stored is None:
            return _gone(call, wanted.id)
        if raw is None:
            text = call.say("occurrence_gone", id=wanted.id, day=day)
            return Answer(text=text, content={"deleted": False}, tainted=False)
        return _one(call, "occurrence_deleted", raw, stored.calendar, day=day)

    def _freebusy(self, server: Server, call: Call, wanted: models.QueryFreebusy) -> Answer:
        zone = ZoneInfo(call.timezone)
        span = models.window(wanted, zone, self._clock(), (0 * DAY, 7 * DAY))
        taken, broken = server.busy(wanted.calendar, span, zone)
        lines = [(start, events.clock((start, end))) for start, end in taken]
        head = call.say("busy" if taken else "free", **_bounds(span, zone))
        parts = [head, events.by_day(lines[:MAX_SHOWN], call.say), _rest(call, lines, broken)]
        busy = [{"start": start.isoformat(), "end": end.isoformat()} for start, end in taken]
        text = "\n\n".join(part for part in parts if part)
        return Answer(text=text, content={"busy": busy, "unreadable": broken}, tainted=False)


def _listing(call: Call, found: list[events.Occurrence], broken: int, span: events.Span) -> Answer:
    several = len({each.calendar for each in found}) > 1
    ids = events.short_ids(found)
    lines = [
        (each.start, events.described(each, ids[each.uid], call.say, where=several))
        for each in found
    ]
    parts = [
        "" if found else call.say("nothing", **_bounds(span, ZoneInfo(call.timezone))),
        events.by_day(lines[:MAX_SHOWN], call.say),
        _rest(call, lines, broken),
    ]
    content = {"events": [events.as_json(each) for each in found], "unreadable": broken}
    return Answer(text="\n\n".join(part for part in parts if part), content=content)


def _one(call: Call, phrase: str, raw: bytes, calendar: str, **values: object) -> Answer:
    """What was done to one event; its words may be those of others."""
    zone = ZoneInfo(call.timezone)
    each = events.whole(raw, zone, calendar)
    line = f"{each.start:%F} " + events.described(
        each, each.uid[: events.MIN_SHOWN], call.say, where=True
    )
    text = call.say(phrase, event=line, **values)
    return Answer(text=text, content=events.as_json(each), tainted=phrase != "created")


def _gone(call: Call, uid: str) -> Answer:
    return Answer(text=call.say("gone", id=uid), content={"deleted": False}, tainted=False)


def _rest(call: Call, lines: list[Any], broken: int) -> str:
    more = call.say("more", count=len(lines) - MAX_SHOWN) if len(lines) > MAX_SHOWN else ""
    unread = call.say("unreadable", count=broken) if broken else ""
    return "\n".join(part for part in (more, unread) if part)


def _bounds(span: events.Span, zone: ZoneInfo) -> dict[str, str]:
    start, end = (each.astimezone(zone) for each in span)
    return {"start": f"{start:%F %H:%M}", "end": f"{end:%F %H:%M}"}


@contextmanager
def _translated() -> Iterator[None]:
    """The one place where errors of the library and of the network become ours."""
    try:
        yield
    except dav.RateLimitError as error:
        wait = error.retry_after_seconds or PAUSE
        raise RateLimitedError("the server says so", retry_after=wait) from error
    except events.UnreadableError as error:
        raise BadRequestError("unreadable event", say="unreadable_event") from error
    except dav.DAVError as error:
        raise _ours(error) from error
    except (OSError, SyntaxError) as error:  # no connection; or an answer that is no XML
        raise UnavailableError(type(error).__name__) from error


def _ours(error: dav.DAVError) -> AppError:
    status = error.status or (404 if isinstance(error, dav.NotFoundError) else 0)
    detail = f"the server answered {status}"
    if status in SAYS:
        return BadRequestError(detail, say=SAYS[status])
    return UnavailableError(detail)
