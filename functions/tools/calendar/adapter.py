"""The calendar over CalDAV: any server that speaks RFC 4791."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from caldav.davclient import DAVClient
from caldav.lib import error as dav

from switchboard.errors import AppError, BadRequestError, RateLimitedError, UnavailableError
from switchboard.sdk.adapter import Adapter, Call, Output
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


class CalendarAdapter(Adapter):
    @contextmanager
    def translated(self, call: Call, arguments: Arguments) -> Iterator[None]:
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

    def calendars_list(self, call: Call, arguments: models.ListCalendars) -> Output:
        with _server(call) as server:
            names = sorted(server.calendars(every=True))
        lines = [call.say("calendars"), *(f"- {events.plain(name)}" for name in names)]
        return Output(text="\n".join(lines), content={"calendars": names})

    def events_list(self, call: Call, arguments: models.ListEvents) -> Output:
        zone = ZoneInfo(call.timezone)
        span = models.window(arguments, zone, call.now, (0 * DAY, 7 * DAY))
        with _server(call) as server:
            found, broken = server.between(arguments.calendar, span, zone)
        return _listing(call, found, broken, span)

    def events_search(self, call: Call, arguments: models.SearchEvents) -> Output:
        zone = ZoneInfo(call.timezone)
        span = models.window(arguments, zone, call.now, (30 * DAY, 365 * DAY))
        with _server(call) as server:
            found, broken = server.between(arguments.calendar, span, zone)
        # Servers fold the case of ASCII only, and some search no text at all.
        words = arguments.text.casefold().split()
        texts = ((each, f"{each.title}\n{each.location}\n{each.description}") for each in found)
        hits = [each for each, text in texts if all(word in text.casefold() for word in words)]
        return _listing(call, hits, broken, span)

    def events_create(self, call: Call, arguments: models.CreateEvent) -> Output:
        zone, uid = ZoneInfo(call.timezone), str(call.key)
        raw = changes.make(arguments, uid, zone, call.now)
        with _server(call) as server:
            name, calendar = server.calendar(arguments.calendar)
            if not server.create(calendar, uid, raw):
                earlier = server.one(uid, name)
                if earlier is None:
                    raise BadRequestError("the server refuses the event", say="refused")
                raw = earlier.raw
        call.happened()
        return _one(call, "created", raw, name)

    def events_update(self, call: Call, arguments: models.UpdateEvent) -> Output:
        zone, now = ZoneInfo(call.timezone), call.now
        with _server(call) as server:
            stored, raw = server.revise(
                arguments.id,
                arguments.calendar,
                lambda old: changes.change(old, arguments, zone, now),
            )
        if stored is None:
            raise BadRequestError("no such event", say="no_event", id=arguments.id)
        call.happened()
        return _one(call, "updated", raw or stored.raw, stored.calendar)

    def events_delete(self, call: Call, arguments: models.DeleteEvent) -> Output:
        with _server(call) as server:
            if arguments.occurrence:
                return _exclude(server, call, arguments)
            stored = server.one(arguments.id, arguments.calendar)
            if stored is None:
                return _gone(call, arguments.id)
            server.remove(stored)
        call.happened()
        return _one(call, "deleted", stored.raw, stored.calendar)

    def freebusy_query(self, call: Call, arguments: models.QueryFreebusy) -> Output:
        zone = ZoneInfo(call.timezone)
        span = models.window(arguments, zone, call.now, (0 * DAY, 7 * DAY))
        with _server(call) as server:
            taken, broken = server.busy(arguments.calendar, span, zone)
        lines = [(start, events.clock((start, end))) for start, end in taken]
        head = call.say("busy" if taken else "free", **_bounds(span, zone))
        parts = [head, events.by_day(lines[:MAX_SHOWN], call.say), _rest(call, lines, broken)]
        busy = [{"start": start.isoformat(), "end": end.isoformat()} for start, end in taken]
        text = "\n\n".join(part for part in parts if part)
        return Output(text=text, content={"busy": busy, "unreadable": broken}, tainted=False)


@contextmanager
def _server(call: Call) -> Iterator[Server]:
    connection = call.connection
    # No look-ups in the DNS for a better address, and no waiting in here when told to wait.
    with DAVClient(
        connection["endpoint"],
        username=connection["username"],
        password=connection["password"],
        timeout=TIMEOUT,
        enable_rfc6764=False,
        rate_limit_handle=False,
    ) as client:
        yield Server(client, connection["calendar"])


def _exclude(server: Server, call: Call, arguments: models.DeleteEvent) -> Output:
    zone, now, day = ZoneInfo(call.timezone), call.now, arguments.occurrence
    stored, raw = server.revise(
        arguments.id, arguments.calendar, lambda old: changes.exclude(old, day, zone, now)
    )
    if stored is None:
        return _gone(call, arguments.id)
    call.happened()
    if raw is None:
        text = call.say("occurrence_gone", id=arguments.id, day=day)
        return Output(text=text, content={"deleted": False}, tainted=False)
    return _one(call, "occurrence_deleted", raw, stored.calendar, day=day)


def _listing(call: Call, found: list[events.Occurrence], broken: int, span: events.Span) -> Output:
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
    return Output(text="\n\n".join(part for part in parts if part), content=content)


def _one(call: Call, phrase: str, raw: bytes, calendar: str, **values: object) -> Output:
    """What was done to one event; its words may be those of others."""
    zone = ZoneInfo(call.timezone)
    each = events.whole(raw, zone, calendar)
    line = f"{each.start:%F} " + events.described(
        each, each.uid[: events.MIN_SHOWN], call.say, where=True
    )
    text = call.say(phrase, event=line, **values)
    return Output(text=text, content=events.as_json(each), tainted=phrase != "created")


def _gone(call: Call, uid: str) -> Output:
    return Output(text=call.say("gone", id=uid), content={"deleted": False}, tainted=False)


def _rest(call: Call, lines: list[Any], broken: int) -> str:
    more = call.say("more", count=len(lines) - MAX_SHOWN) if len(lines) > MAX_SHOWN else ""
    unread = call.say("unreadable", count=broken) if broken else ""
    return "\n".join(part for part in (more, unread) if part)


def _bounds(span: events.Span, zone: ZoneInfo) -> dict[str, str]:
    start, end = (each.astimezone(zone) for each in span)
    return {"start": f"{start:%F %H:%M}", "end": f"{end:%F %H:%M}"}


def _ours(error: dav.DAVError) -> AppError:
    status = error.status or (404 if isinstance(error, dav.NotFoundError) else 0)
    detail = f"the server answered {status}"
    if status in SAYS:
        return BadRequestError(detail, say=SAYS[status])
    return UnavailableError(detail)
