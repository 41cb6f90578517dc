"""Calls of the three tools, each with its other side on this machine."""

import json
import mimetypes
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from dulwich import porcelain

from tests.cases import call, made
from tests.cases.others import Github as GithubServer
from tests.cases.reading import Case
from tests.kit import environment, layer
from tests.kit.asker import Asker
from tests.kit.servers import running
from tests.servers import caldav_servers
from tests.servers.caldav_servers import PASSWORD, SERVERS, USER

SECONDS = 110
"""For a call with only what was built."""
_MKCALENDAR = """<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set>
<D:prop><D:displayname>{name}</D:displayname><C:supported-calendar-component-set>
<C:comp name="VEVENT"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"""
Came = dict[str, Any]


@contextmanager
def answer(case: Case) -> Iterator[Came]:
    """What a call came to; its files are there until the end of the block."""
    with TemporaryDirectory() as folder:
        yield TOOLS[case["kind"]](case, Path(folder))


def answered(case: Case) -> Came:
    with answer(case) as came:
        found = [made.Made(name, Path(path)) for name, _, path in came.get("files", ())]
        return came | {"files": [one.facts(case["expect"]) for one in found]}


def _asked(case: Case, folder: Path, values: dict[str, str]) -> Came:
    return {
        "tool": case["kind"],
        "operation": case["operation"],
        "arguments": case.get("arguments", {}),
        "values": values,
        "timezone": case.get("timezone", "UTC"),
        "now": case.at.isoformat(),
        "workdir": str(folder),
        "files": [],
    }


def _github(case: Case, folder: Path) -> Came:
    listed = json.loads(case.input()) if case.has_input else []
    server = GithubServer(listed)
    with running(server):
        asked = _asked(case, folder, {"endpoint": server.url, "token": "example-token"})
        return call.called(asked, Asker) | {"requested": server.answers.requests}


def _document(case: Case, folder: Path) -> Came:
    asked = _asked(case, folder, {})
    if case.has_input:
        name = Path(case.get("file", "text.txt")).name
        (folder / "attachment-0").write_bytes(case.input())
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        asked["files"] = [[name, media_type, "attachment-0"]]
    if case.get("built", False):
        return _built(asked)
    layer.make()
    os.link(layer.PANDOC, folder / "pandoc")  # unpacking it takes a second
    return call.called(asked, Asker)


def _built(asked: Came) -> Came:
    from local.built import FUNCTIONS  # noqa: PLC0415  read when it is imported

    path = ":".join(FUNCTIONS["DocumentTool"].path)
    variables = {**environment.VARIABLES, "PATH": os.environ["PATH"], "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-S", "-P", call.__file__],
        input=json.dumps(asked).encode(),
        capture_output=True,
        env=variables,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode().strip().rpartition("\n")[2])
    came: Came = json.loads(done.stdout.splitlines()[-1])
    return came


def _calendar(case: Case, folder: Path) -> Came:
    """A case has a server of its own: some objects keep a server busy for good."""
    with caldav_servers.serving("xandikos", folder) as address:
        return _with_calendars(case, folder, address)


def _with_calendars(case: Case, folder: Path, address: str) -> Came:
    store, home = folder / "store/alice/calendars", address + SERVERS["xandikos"][1]
    server = caldav_servers.Calendar("xandikos", f"{address}/", home, "", store)
    with server.client() as client:
        for each in client.principal().get_calendars():
            client.delete(str(each.url))
        alone = {"name": "Work", "files": [case.input()] if case.has_input else []}
        for number, kept in enumerate(case.get("calendars", [alone])):
            body = _MKCALENDAR.format(name=escape(kept["name"]))
            client.mkcalendar(f"{home}case{number}/", body)
            inputs = [case.beside(one) if isinstance(one, str) else one for one in kept["files"]]
            _smuggle(store / f"case{number}", inputs)
    values = {"endpoint": server.endpoint, "username": USER, "password": PASSWORD}
    came = call.called(_asked(case, folder, values), Asker)
    return came | {"stored": "\n".join(map(_unfolded, sorted(store.glob("case*/*.ics"))))}


def _smuggle(store: Path, objects: list[bytes]) -> None:
    """Put objects where the server keeps them, as they are: it might not take them from anybody."""
    for number, content in enumerate(objects):
        (store / f"object{number}.ics").write_bytes(content)
        porcelain.add(str(store), [str(store / f"object{number}.ics")])
    if objects:
        porcelain.commit(str(store), message=b"x", author=b"a <a@b>", committer=b"a <a@b>")


def _unfolded(path: Path) -> str:
    text = path.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    return re.sub(r"\n[ \t]", "", text)


TOOLS: dict[str, Callable[[Case, Path], Came]] = {
    "calendar": _calendar,
    "document": _document,
    "github": _github,
}
