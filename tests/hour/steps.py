"""The steps of the hour, in their order."""

import json
import re
import signal
import time
from pathlib import Path

from tests.doubles.slack import SlackDouble
from tests.hour import pages, readme
from tests.hour.hour import AGAIN_SECONDS, FIRST_SECONDS, PAGE_SECONDS, PATIENCE_SECONDS, Hour
from tests.hour.lines import LINES, NOTHING, wrong
from tests.hour.newcomer import Done, Inside
from tests.hour.readme import AFTER, CI, TABLE, WITH, How
from tests.kit.servers import Told, serving

SENDER = "slack/main/T123:U456"
TOOL_EVENT = "tools/calendar_events.list"
ITEM = {"id": "1", "title": "Milk"}
ON_PATH = {"sam build": "PATH=$PWD/.venv-sam/bin:$PATH; sam build"}
"""As the READMEs ask for, where it stands."""
DISK_MB = 1000
SAVED_SECONDS = 60.0
"""Until what is answered is saved, which `make run` does every two."""
STARTED = "warming the functions up ... "


def links(hour: Hour) -> None:
    """Every link of a page leads somewhere."""
    found = [one for page in pages.PAGES for one in pages.broken(page)]
    assert found == [], found


def run(hour: Hour) -> None:
    """From a clone to the chat page."""
    hour.figures["run_seconds"] = round(hour.start(), 1)
    with hour.page():
        pass
    hour.quick("run_seconds", FIRST_SECONDS)
    hour.quick("page_seconds", PAGE_SECONDS)


def lines(hour: Hour) -> None:
    """What is typed into the page is answered by the right kind of answer."""
    hour.up()
    with hour.page() as page:
        for line in LINES:
            hour.check("line", lambda line=line: wrong(page, line))
        name, kind, nothing = NOTHING
        page.locator("#picker").set_input_files({"name": name, "mimeType": kind, "buffer": nothing})
        chip = page.locator("#attachments").inner_text()
        assert re.search("empty", chip, re.IGNORECASE), chip


def commands(hour: Hour) -> None:
    """The commands of both READMEs that a stack is needed for."""
    hour.up()
    with SlackDouble() as slack:
        values = {
            "signing_secret=…": f"signing_secret={'0' * 32}",
            "xoxb-…": f"{slack.bot_token} api={slack.api}",
            "SENDER": SENDER,
        }
        for command in _of(WITH):
            if "RUN" in command:
                values["RUN"] = _newest(hour)
            hour.check(command, lambda command=command: _tried(hour, command, values))
    hour.check(TOOL_EVENT, lambda: _tool_event(hour))


def second(hour: Hour) -> None:
    """A second launcher in the same folder is refused, and so is what is no port."""
    hour.up()
    first = hour.newcomer.port
    for port, said in ((first + 100, "runs already"), ("abc", "no port"), ("80000", "no port")):
        done = hour.newcomer.types(f"make run PORT={port}")
        assert done.status, done.out
        assert len(done.complaint) == 1, done.error
        assert said in done.error, done.error


def emulator_killed(hour: Hour) -> None:
    """The local AWS is killed: the launcher says so, starts it again, and nothing is lost."""
    hour.up()
    run = _kept(hour)
    before = hour.launcher.said
    pid = (hour.newcomer.folder / ".state/run/aws.pid").read_text(encoding="utf-8").split()[0]
    hour.newcomer.types(f"kill -9 {pid}")
    hour.launcher.wait(lambda said: STARTED in said[len(before) :], PATIENCE_SECONDS)
    assert "has ended" in hour.launcher.said[len(before) :]
    _still_there(hour, run)


def launcher_killed(hour: Hour) -> None:
    """The launcher is killed: the next one goes on from what was answered."""
    hour.up()
    run = _kept(hour)
    hour.launcher.stop(signal.SIGKILL)
    hour.figures["again_seconds"] = round(hour.start(), 1)
    _still_there(hour, run)
    hour.quick("again_seconds", AGAIN_SECONDS)


def stopped(hour: Hour) -> None:
    """Ctrl-C and once more, at another port: what was there is there, and messages are answered."""
    hour.up()
    before = _kept(hour)
    said = hour.down()
    assert "Everything is kept" in said, said
    hour.newcomer.port += 100
    again = round(hour.start(), 1)
    hour.figures["again_seconds"] = max(again, hour.figures.get("again_seconds", again))
    _still_there(hour, before)
    assert _kept(hour) != before
    hour.quick("again_seconds", AGAIN_SECONDS)


def no_stack(hour: Hour) -> None:
    """What needs a stack, without one: one line that says what to do."""
    hour.down()
    for command in _of(WITH):
        if "switchboard" in command:
            hour.check(f"{command}, without a stack", lambda one=command: _refused(hour, one))


def afterwards(hour: Hour) -> None:
    """The commands of the READMEs that need AWS, which is not there, and those that CI runs."""
    for command in _of(AFTER):
        hour.check(command, lambda command=command: _tried(hour, command, ON_PATH))
    for command in _of(CI):
        hour.check(command, lambda command=command: _known(hour, command))


def full_disk(hour: Hour) -> None:
    """A full disk is told, at the start and at the end; the next start is well."""
    hour.up()
    before = _kept(hour)
    hour.down()
    disk = Inside(hour.newcomer.folder / ".state", DISK_MB)
    try:
        disk.fill()
        done = hour.newcomer.types(f"make run PORT={hour.newcomer.port}", inside=disk)
        assert len(done.complaint) == 1, done.error
        assert "are free" in done.error, done.error
        disk.empty()
        hour.start(disk)
        disk.fill()
        hour.newcomer.types('.venv/bin/switchboard try "/help"', inside=disk)
        said = hour.down()
        assert "Not all could be kept" in said, said
        disk.empty()
        hour.start(disk)
        _still_there(hour, before, disk)
        assert "Everything is kept" in hour.down()
    finally:
        hour.down()
        disk.close()


def author(hour: Hour) -> None:
    """docs/tool-author.md, literally, with the vendor's server on this machine."""
    hour.down()
    began = time.monotonic()
    with serving(Told(body=json.dumps([ITEM]).encode())) as vendor:
        values = {"https://api.example.com/v1": vendor.url, "token=…": "token=example"}
        for command in readme.blocks(readme.AUTHOR):
            if command == "make run":
                hour.start()
                continue
            done = hour.newcomer.types(_filled(command, values))
            assert done.status == 0, f"{command}: {done.out[-2000:]}{done.error[-2000:]}"
        assert ITEM["title"] in done.out, done.out
        assert vendor.asked[-1].headers["authorization"] == "Bearer example"
    hour.figures["tool_minutes"] = round((time.monotonic() - began) / 60, 1)
    hour.down()


STEPS = (
    *(links, run, lines, commands, second, emulator_killed, launcher_killed, stopped),
    *(full_disk, no_stack, afterwards, author),
)


def _of(when: str) -> list[str]:
    """In the order of the page."""
    asked = dict.fromkeys(readme.commands(readme.READMES[0]))
    return [command for command in asked if TABLE[command].when == when]


def _filled(command: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        command = command.replace(name, value)
    return command


def _tried(hour: Hour, command: str, values: dict[str, str]) -> str:
    return _not_as_told(TABLE[command], hour.newcomer.types(_filled(command, values)))


def _not_as_told(how: How, done: Done) -> str:
    said = done.out + done.error
    if bool(done.status) is not bool(how.status):
        return f"it ended with {done.status}: {said}"
    if not re.search(how.says, said, re.MULTILINE):
        return f"it said {said}"
    return f"more than a line: {done.error}" if how.line and len(done.complaint) != 1 else ""


def _refused(hour: Hour, command: str) -> str:
    done = hour.newcomer.types(_filled(command, {"RUN": "K7Q2MX", "SENDER": SENDER}))
    return _not_as_told(How(AFTER, "make run", 1, line=True), done)


def _known(hour: Hour, command: str) -> str:
    done = hour.newcomer.types(f"make --dry-run {command.removeprefix('make ')}")
    return done.error if done.status else ""


def _tool_event(hour: Hour) -> str:
    """A tool's event does something: the tool answers, and the checkout stays clean."""
    done = hour.newcomer.types(f"make invoke EVENT={TOOL_EVENT}")
    dirty = hour.newcomer.types("git status --porcelain").out
    return _not_as_told(How(WITH, "DONE"), done) or dirty


def _newest(hour: Hour) -> str:
    return str(json.loads(hour.newcomer.types("switchboard runs --limit 1 --json").out)[0]["run"])


def _kept(hour: Hour, inside: Inside | None = None) -> str:
    """The run of a message that is answered, and saved with its answer."""
    done = hour.newcomer.types('switchboard try --json "/help calendar"', inside=inside)
    assert done.status == 0, done.error
    told = json.loads(done.out)
    ledger = hour.newcomer.folder / ".state/run/aws/dynamodb.json"
    deadline = time.monotonic() + SAVED_SECONDS
    while not _saved(ledger, told["run"]):
        assert time.monotonic() < deadline, f"{ledger} lacks {told['run']}"
        time.sleep(0.2)
    return str(told["run"])


def _saved(ledger: Path, run: str) -> bool:
    return "SENT" in ledger.read_text(encoding="utf-8").partition(f'"run#{run}": {{')[2]


def _still_there(hour: Hour, run: str, inside: Inside | None = None) -> None:
    done = hour.newcomer.types(f".venv/bin/switchboard ledger show {run}", inside=inside)
    assert "SENT" in done.out, done.out + done.error
    with hour.page() as page:
        page.get_by_role("log").get_by_text("calendars.list").first.wait_for()
        page.locator("article.answer").first.wait_for()
