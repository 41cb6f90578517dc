"""Real CalDAV servers on free local ports, each with an account, one calendar and room for more.

Test modules import from here and name it as a plugin, so PYTEST_DONT_REWRITE.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from caldav.davclient import DAVClient

from tests.kit import asker
from tests.servers.programs import VENV, Command, free_port, running

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)  # a Monday
USER, PASSWORD = "alice", "secret"

OBJECT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Elsewhere//EN
{before}BEGIN:VEVENT
UID:series-1
DTSTAMP:20260101T000000Z
SUMMARY:Standup
{lines}
END:VEVENT
{after}END:VCALENDAR
"""
DAILY = """DTSTART;TZID=Europe/Berlin:20260302T100000
DTEND;TZID=Europe/Berlin:20260302T101500
RRULE:FREQ=DAILY;UNTIL=20260308T090000Z
EXDATE;TZID=Europe/Berlin:20260304T100000,20260305T100000"""
MOVED = """BEGIN:VEVENT
UID:series-1
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20260306T100000
DTSTART;TZID=Europe/Berlin:20260306T150000
DTEND;TZID=Europe/Berlin:20260306T154500
SUMMARY:Long standup
END:VEVENT
BEGIN:VEVENT
UID:series-1
DTSTAMP:20260101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20260307T100000
DTSTART;TZID=Europe/Berlin:20260307T100000
DTEND;TZID=Europe/Berlin:20260307T101500
SUMMARY:Standup
STATUS:CANCELLED
END:VEVENT
"""


def written(lines: str, before: str = "", after: str = "") -> str:
    """An object as another program may have left it."""
    return OBJECT.format(lines=lines, before=before, after=after)


@dataclass(frozen=True)
class Calendar:
    """A fresh calendar, alone on its account until a test adds another."""

    kind: str
    endpoint: str
    home: str
    url: str
    store: Path
    """Where the server keeps the objects."""

    def client(self) -> DAVClient:
        return DAVClient(
            self.endpoint, username=USER, password=PASSWORD, timeout=10, enable_rfc6764=False
        )

    def put(self, name: str, ics: str, url: str = "") -> int:
        """Store an object behind the tool's back; the status the server answers."""
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        with self.client() as client:
            return client.put(f"{url or self.url}{name}.ics", ics, kind).status

    def raw(self) -> list[str]:
        """All objects as the server has them."""
        with self.client() as client:
            found = client.calendar(url=self.url).search(event=True, post_filter=False)
            return [each.raw_data.decode().replace("\r\n", "\n") for each in found]

    def add(self, name: str, kind: str = "VEVENT", title: str = "") -> str:
        """One more calendar on the account; its address."""
        url = f"{self.home}{name}/"
        body = f"""
            <C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
              <D:set><D:prop>
                <D:displayname>{title or name.title()}</D:displayname>
                <C:supported-calendar-component-set>
                  <C:comp name="{kind}"/>
                </C:supported-calendar-component-set>
              </D:prop></D:set>
            </C:mkcalendar>""".strip()
        with self.client() as client:
            assert client.mkcalendar(url, body).status == 201
        return url


def _radicale(folder: Path, port: int) -> Command:
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "settings").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\n"
        "htpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'store'}\n"
    )
    return [VENV / "python", "-m", "radicale", "--config", str(folder / "settings")]


def _xandikos(folder: Path, port: int) -> Command:
    program = [VENV / "xandikos", "serve", "--autocreate"]
    place = ["-d", str(folder / "store"), "--current-user-principal", f"/{USER}/"]
    return [*program, *place, "-l", "127.0.0.1", "-p", str(port)]


SERVERS = {"radicale": (_radicale, f"/{USER}/"), "xandikos": (_xandikos, f"/{USER}/calendars/")}


@contextmanager
def serving(kind: str, folder: Path) -> Iterator[str]:
    """The server's address while it runs."""
    port = free_port()
    with running(SERVERS[kind][0](folder, port), port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session", params=SERVERS)
def caldav_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Path]]:
    folder = tmp_path_factory.mktemp(request.param)
    with serving(request.param, folder) as address:
        yield request.param, address, folder


@pytest.fixture
def calendar(caldav_server: tuple[str, str, Path]) -> Calendar:
    """An account with nothing but the empty calendar `Work`."""
    kind, address, folder = caldav_server
    home = f"{address}{SERVERS[kind][1]}"
    root = {"radicale": "store/collection-root/alice", "xandikos": "store/alice/calendars"}[kind]
    fresh = Calendar(kind, f"{address}/", home, f"{home}work/", folder / root / "work")
    with fresh.client() as client:
        for each in client.principal().get_calendars():
            assert client.delete(str(each.url)).status in {200, 204}
    fresh.add("work")
    return fresh


class Asker(asker.Asker):
    def starts(self, first: str, last: str, **given: object) -> list[str]:
        """Just when and what, of what is listed."""
        found = self("events.list", from_=first, to=last, **given).content["events"]
        return [f"{each['start']} {each['title']}" for each in found]

    def times(self, first: str, last: str) -> list[str]:
        return [each[5:16].replace("T", " ") for each in self.starts(first, last)]


def asking(endpoint: str, **connection: str) -> Asker:
    values = {"endpoint": endpoint, "username": USER, "password": PASSWORD, **connection}
    return Asker("calendar", values, timezone="Europe/Berlin", clock=lambda: NOW)


@pytest.fixture
def ask(calendar: Calendar) -> Asker:
    return asking(calendar.endpoint)
