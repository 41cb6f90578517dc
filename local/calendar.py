"""The local calendar server: Radicale on 127.0.0.1, with one account."""

import sys
from base64 import b64encode
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from local.process import Process, port_is_open, require_free
from local.progress import give_up

USER = "ada"
CALENDAR = "work"


class CalendarServer:
    def __init__(self, state: Path, port: int, password: str) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self._port = port
        self._password = password
        self._folder = state / "calendar"
        self._process = Process("the calendar server", state / "calendar.log")

    def start(self) -> None:
        self._process.end_earlier()
        require_free(self._port, "the calendar server")
        self._folder.mkdir(parents=True, exist_ok=True)
        users = self._folder / "users"
        users.write_text(f"{USER}:{self._password}\n", encoding="utf-8")
        users.chmod(0o600)
        settings = self._folder / "radicale.conf"
        settings.write_text(
            f"[server]\nhosts = 127.0.0.1:{self._port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users.resolve()}\n"
            "htpasswd_encryption = plain\ndelay = 0\n"
            f"[storage]\nfilesystem_folder = {(self._folder / 'collections').resolve()}\n"
            "[logging]\nlevel = warning\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "radicale", "--config", str(settings)]
        self._process.start(command, {}, lambda: port_is_open(self._port))
        if not any((self._folder / "collections").rglob(CALENDAR)):
            self._make_calendar()

    def _make_calendar(self) -> None:
        login = b64encode(f"{USER}:{self._password}".encode()).decode()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request(
            "MKCALENDAR",
            f"/{USER}/{CALENDAR}/",
            body='<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">'
            f"<D:set><D:prop><D:displayname>{CALENDAR}</D:displayname></D:prop></D:set></C:mkcalendar>",
            headers={"authorization": f"Basic {login}", "content-type": "application/xml"},
        )
        status = connection.getresponse().status
        connection.close()
        if status != HTTPStatus.CREATED:
            raise give_up(f"The calendar server answered {status} when asked for a calendar.")

    def stop(self) -> None:
        self._process.stop()
