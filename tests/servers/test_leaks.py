"""What vendors, files and libraries say is not logged: by no tool, nor by its children."""

import io
import json
import logging
import sys
import warnings
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfWriter

from switchboard import observe
from switchboard.errors import RejectedError, UnavailableError
from switchboard.sdk import manifest
from switchboard.sdk.adapter import finder_of
from tests.kit.asker import Asker
from tests.kit.servers import Told, serving
from tests.servers import document_samples
from tests.servers.test_tools import VALUES

pytest_plugins = ["tests.servers.document_desk"]

CANARY = "dismissal-of-bob-canary"
FOLDERS = sorted(path.parent for path in Path("functions/tools").glob("*/tool.yaml"))
TOOLS = {one.name: one for one in map(manifest.load, FOLDERS)}
FLAWED = f"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:{CANARY}\r
DTSTAMP:20260101T000000Z\r
DTSTAMP:20260102T000000Z\r
DTSTART;TZID={CANARY}:20261201T100000\r
DTEND:20261201T110000Z\r
DURATION:PT1H\r
SUMMARY:{CANARY} \r
RRULE:FREQ={CANARY}\r
{CANARY}\r
END:VEVENT\r
END:VCALENDAR\r
"""
STATUS = """<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"
xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response><D:href>/{canary}/</D:href><D:propstat><D:prop><D:displayname>{canary}</D:displayname>
<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:getetag>"{canary}"</D:getetag>
<D:current-user-principal><D:href>/{canary}/</D:href></D:current-user-principal>
<C:calendar-home-set><D:href>/{canary}/</D:href></C:calendar-home-set>
<C:calendar-data>{ics}</C:calendar-data><D:{canary}/></D:prop>
<D:status>HTTP/1.1 200 {canary}</D:status></D:propstat></D:response></D:multistatus>"""
XML = STATUS.format(canary=CANARY, ics=FLAWED).encode()
THING = dict.fromkeys(("message", "title", "name", "body", "state", "content", "error"), CANARY)
THING |= {
    "url": f"http://{CANARY}.invalid/",
    "html_url": f"http://{CANARY}/pull/1",
    "number": CANARY,
}
BODIES = {
    "an object": ("application/json", json.dumps(THING).encode()),
    "a list": ("application/json", json.dumps([THING, CANARY, None]).encode()),
    "half an object": ("application/json", json.dumps(THING).encode()[:-9]),
    "a page": ("text/html", f"<p>{CANARY}</p>".encode()),
    "a calendar": ("application/xml", XML),
    "half a calendar": ("application/xml", XML[:-40]),
    "an entity": ("text/xml", f'<!DOCTYPE a [<!ENTITY b "{CANARY}">]><a>&b;{CANARY}'.encode()),
    "no letters": ("text/plain; charset=utf-7", b"\xff\xfe" + CANARY.encode()),
}
HEADERS = {"x-canary": CANARY, "set-cookie": f"{CANARY}={CANARY}; domain={CANARY}", "etag": CANARY}
STATUSES = [200, 207, 401, 422, 500]
WORDS = {"string": CANARY, "integer": 1, "number": 1.0, "boolean": True, "array": [CANARY]}


@pytest.fixture
def quiet(monkeypatch, capfd):
    """Logging as Lambda has it at first, then a handler started; afterwards no canary anywhere."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(sys.stdout)])
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    factory, level = logging.getLogRecordFactory(), root.level
    observe.hush_libraries()
    root.setLevel(logging.DEBUG)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield lambda: _judged(capfd)
    logging.setLogRecordFactory(factory)
    root.setLevel(level)
    _judged(capfd)


def _judged(capfd):
    written = capfd.readouterr()
    assert CANARY not in written.out + written.err
    assert written.err == ""
    return written.out


def arguments_of(ask, operation):
    """Something of the right kind for every argument that must be there."""
    schema = ask.tool.discover()["operations"][operation]["schema"]
    facts = schema.get("properties", {})
    given = {one: facts[one] for one in schema.get("required", ())}
    made = {one: WORDS.get(kind.get("type"), CANARY) for one, kind in given.items()}
    times = ("start", "end", "from", "to")
    return made | {one: "2026-12-01T10:00" for one in times if one in facts and one in made}


def tried(ask, operation):
    for act in (ask, ask.find) if hasattr(ask.tool.adapter, finder_of(operation)) else (ask,):
        try:
            act(operation, **arguments_of(ask, operation))
        except (RejectedError, UnavailableError) as error:
            observe.warn("refused", detail=error.detail)
        except Exception as error:  # noqa: BLE001  as the frame does
            observe.unforeseen("raised", error)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", [name for name, one in TOOLS.items() if "connection" in one.hosts])
def test_nothing_that_a_vendor_answers_is_logged(quiet, name, status):
    for media_type, body in BODIES.values():
        headers = {**HEADERS, "content-type": media_type}
        with serving(Told(status, body, headers)) as server:
            connection = dict.fromkeys(TOOLS[name].secrets, CANARY) | VALUES.get(name, {})
            ask = Asker(name, {**connection, "endpoint": server.url})
            for operation in TOOLS[name].operations:
                tried(ask, operation)

    written = quiet()
    assert '"message":"library"' in written  # they did have something to say
    assert '"message":"raised"' not in written


def broken_zip(change):
    out = io.BytesIO()
    with ZipFile(io.BytesIO(document_samples.workbook())) as whole, ZipFile(out, "w") as made:
        for one in whole.namelist():
            made.writestr(one, change(whole.read(one)))
        made.writestr(CANARY, CANARY)
    return out.getvalue()


def pdf():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": CANARY})
    writer.write(out)
    return out.getvalue()


DOCUMENTS = {
    "a.pdf": pdf().replace(b"startxref", b"startxxxx"),
    "b.pdf": pdf()[:-300] + CANARY.encode(),
    "c.xlsx": broken_zip(lambda part: part.replace(b"12", CANARY.encode())),
    "d.xlsx": broken_zip(lambda part: part[:-9] + CANARY.encode()),
    "e.docx": broken_zip(lambda part: CANARY.encode()),
    "f.md": f"---\ntitle: [{CANARY}\n---\n$\\{CANARY}{{$ ![{CANARY}]({CANARY}.png)",
    "g.html": f"<meta charset={CANARY}><table><img src={CANARY}><script>{CANARY}",
    "h.csv": f'"{CANARY}\n{CANARY};"'.encode() + b"\xff",
    "i.epub": broken_zip(lambda part: part),
    f"{CANARY}.zip": broken_zip(lambda part: part),
    "k.ipynb": json.dumps({"cells": CANARY}),
    "l.tex": f"\\begin{{{CANARY}}} \\input{{{CANARY}}}",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_of_a_hostile_document_is_logged(quiet, desk, name):
    for operation, more in [("text.extract", {}), ("info", {}), ("convert", {"to": "pdf"})]:
        try:
            desk(operation, name, DOCUMENTS[name], **more)
        except (RejectedError, UnavailableError) as error:
            observe.warn("refused", detail=error.detail)
        except Exception as error:  # noqa: BLE001  as the frame does
            observe.unforeseen("raised", error)


def test_every_tool_is_tried():
    """One that reaches no vendor reads what people send: it has specimens of its own here."""
    assert {name for name, one in TOOLS.items() if "connection" not in one.hosts} == {"document"}
