"""The calendar over CalDAV: any server that speaks RFC 4791."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from caldav.davclient import DAVClient
from caldav.lib import error as dav

from switchboard.errors import BadRequestError, RateLimitedError, UnavailableError
from switchboard.sdk.adapter import Adapter, Call, Output
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.kit import http
from switchboard.sdk.kit.times.moments import DAY, Span, window

from . import backups, changes, models, replies
from .backups import Backup
from .client import Stored
from .objects import UnreadableError
from .store import Store

TIMEOUT = 10
"""Seconds for one request."""
SAYS = {401: "not_let_in", 403: "not_permitted", 404: "not_there", 413: "full", 507: "full"}


class CalendarAdapter(Adapter):
    @contextmanager
    def translated(self, call: Call, arguments: Arguments) -> Iterator[None]:
        try:
            yield
        except dav.RateLimitError as error:
            wait = error.retry_after_seconds or http.WAIT_SECONDS
            raise RateLimitedError("the server says so", retry_after=wait) from error
        except UnreadableError as error:
            raise BadRequestError("unreadable event", say="unreadable_event") from error
        except dav.DAVError as error:
            status = error.status or (404 if isinstance(error, dav.NotFoundError) else 0)
            raise http.error_for(status, says=SAYS) from error
        # no connection; or an answer that is no XML, or no UTF-8
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            raise UnavailableError(type(error).__name__) from error

    def calendars_list(self, call: Call, arguments: models.ListCalendars) -> Output:
        with _server(call) as server:
            names = sorted(server.calendars(every=True))
        return replies.calendars(call, names)

    def events_list(self, call: Call, arguments: models.ListEvents) -> Output:
        zone = ZoneInfo(call.timezone)
        span = _window(call, arguments, (0 * DAY, 7 * DAY))
        with _server(call) as server:
            found, broken = server.between(arguments.calendar, span, zone)
        return replies.listing(call, found, broken, span)

    def events_search(self, call: Call, arguments: models.SearchEvents) -> Output:
        zone = ZoneInfo(call.timezone)
        span = _window(call, arguments, (30 * DAY, 365 * DAY))
        with _server(call) as server:
            found, broken = server.between(arguments.calendar, span, zone)
        # Servers fold the case of ASCII only, and some search no text at all.
        words = arguments.text.casefold().split()
        texts = ((each, f"{each.title}\n{each.location}\n{each.description}") for each in found)
        hits = [each for each, text in texts if all(word in text.casefold() for word in words)]
        return replies.listing(call, hits, broken, span)

    def events_create(self, call: Call, arguments: models.CreateEvent) -> Output:
        zone, uid = ZoneInfo(call.timezone), str(call.key)
        raw = changes.make(arguments, uid, zone, call.now)
        with _server(call) as server:
            name, calendar = server.calendar(arguments.calendar)
            if not server.create(calendar, uid, raw):
                earlier = server.matching(uid, name)
                if not earlier:
                    raise BadRequestError("the server refuses the event", say="refused")
                raw = earlier[0].raw
        call.happened()
        return replies.one(call, "created", raw, name)

    def events_update(self, call: Call, arguments: models.UpdateEvent) -> Output:
        zone, now = ZoneInfo(call.timezone), call.now
        with _server(call) as server:
            stored, raw = server.revise(
                server.one(arguments.id, arguments.calendar, call.keep),
                lambda old: changes.change(old.raw, arguments, zone, now),
            )
        if stored is None:
            raise BadRequestError("no such event", say="no_event", id=arguments.id)
        call.happened()
        return replies.one(call, "updated", raw or stored.raw, stored.calendar)

    def preview_events_delete(self, call: Call, arguments: models.DeleteEvent) -> Output:
        day, zone = arguments.occurrence, ZoneInfo(call.timezone)
        with _server(call) as server:
            stored = server.exact(server.one(arguments.id, arguments.calendar, str))
        if stored is None:
            raise BadRequestError("no such event", say="no_event", id=arguments.id)
        changes.require_alone(stored.raw)
        if day and changes.exclude(stored.raw, day, zone, call.now) is None:
            raise BadRequestError("gone", say="occurrence_gone", id=arguments.id, day=day)
        phrase = "foreseen_occurrence" if day else "foreseen"
        output = replies.foreseen(call, phrase, stored.raw, stored.calendar, day=day)
        return replace(output, shown=stored.state)

    def events_delete(self, call: Call, arguments: models.DeleteEvent) -> Output:
        with _server(call) as server:
            if arguments.occurrence:
                return _exclude(server, call, arguments)
            stored = server.exact(server.one(arguments.id, arguments.calendar, call.keep))
            if stored is None:
                return replies.gone(call, "gone", id=arguments.id)
            changes.require_alone(stored.raw)
            call.require_shown(stored.state)
            call.save(Backup(stored.url, stored.calendar, stored.raw).written())
            server.remove(stored)
            call.happened()
        return replies.one(call, "deleted", stored.raw, stored.calendar)

    def undo_events_delete(self, call: Call, arguments: models.DeleteEvent) -> Output:
        backup = backups.from_written(call.saved)
        with _server(call) as server:
            server.restore(backup)
        call.happened()
        return replies.one(call, "restored", backup.before, backup.calendar)

    def freebusy_query(self, call: Call, arguments: models.QueryFreebusy) -> Output:
        zone = ZoneInfo(call.timezone)
        span = _window(call, arguments, (0 * DAY, 7 * DAY))
        with _server(call) as server:
            taken, broken = server.busy(arguments.calendar, span, zone)
        return replies.busy(call, taken, broken, span)


@contextmanager
def _server(call: Call) -> Iterator[Store]:
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
        yield Store(client, connection["calendar"], connection["username"])


def _exclude(server: Store, call: Call, arguments: models.DeleteEvent) -> Output:
    zone, day = ZoneInfo(call.timezone), arguments.occurrence

    def edit(old: Stored) -> bytes | None:
        exact = server.exact(old) or old
        edited = changes.exclude(exact.raw, day, zone, call.now)
        if edited is not None:  # else it is the change of an earlier try that one sees
            call.require_shown(exact.state)
            call.save(Backup(exact.url, exact.calendar, exact.raw, edited).written())
        return edited

    stored, raw = server.revise(server.one(arguments.id, arguments.calendar, call.keep), edit)
    if stored is None:
        return replies.gone(call, "gone", id=arguments.id)
    call.happened()
    if raw is None:
        return replies.gone(call, "occurrence_gone", id=arguments.id, day=day)
    return replies.one(call, "occurrence_deleted", raw, stored.calendar, day=day)


def _window(
    call: Call,
    arguments: models.ListEvents | models.SearchEvents | models.QueryFreebusy,
    reach: tuple[timedelta, timedelta],
) -> Span:
    zone = ZoneInfo(call.timezone)
    return window(arguments.start, arguments.end, zone, call.now, reach)
