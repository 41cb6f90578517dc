"""What one person's call tries to leave behind in the process, and the next one does not find."""

import asyncio
import contextvars
import decimal
import locale
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from switchboard.errors import NotAllowedError
from switchboard.frame import run
from switchboard.guard import remains
from switchboard.runtime import Runtime, current
from switchboard.sdk.adapter import File, Output
from tests.kit import build
from tests.kit.guarded import Guarded
from tests.kit.servers import serving
from tests.kit.stories import record

CANARY = "ada-canary"
MODULE = """
from collections import deque
from functools import partial

from tests.kit.guarded import Guarded

kept = []
by_name = {"a": {"b": set()}}
line = deque()
last = None
pool = Guarded

class Session:
    def __init__(self):
        self.cookies = {}
        self.user = ""

class Holder:
    seen = []
    last = None

session = Session()
nested = (session, [Session()])

def asked(word, seen=[], *, more={}):
    seen.append(word)
    more[word] = word
    return seen, more

def leave(word):
    global last, by_name
    last = word
    kept.append(word)
    by_name["a"]["b"].add(word)
    by_name = {word: word}
    line.append(word)
    session.cookies[word] = word
    session.user = word
    nested[1][0].cookies[word] = word
    Holder.seen.append(word)
    Holder.last = Holder.other = word
    asked(word)
    from left import lazy
    lazy.kept.append(word)

def found():
    from left import lazy
    things = (kept, by_name, line, last, vars(session), vars(nested[1][0]), Holder.seen)
    more = (Holder.last, hasattr(Holder, "other"), asked.__defaults__, asked.__kwdefaults__)
    return repr((things, more, lazy.kept))
"""
variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="")
LEFT = {
    "cwd": (os.chdir, os.getcwd),
    "umask": (lambda _: os.umask(0o111), remains._mask),
    "environ": (lambda _: os.environ.update(CANARY=CANARY, PATH=""), lambda: dict(os.environ)),
    "putenv": (lambda _: os.environ.pop("PATH"), lambda: dict(os.environ)),
    "locale": (
        lambda _: locale.setlocale(locale.LC_ALL, "C.UTF-8"),
        lambda: locale.setlocale(locale.LC_ALL),
    ),
    "sys.path": (lambda folder: sys.path.insert(0, str(folder)), lambda: list(sys.path)),
    "importers": (lambda _: sys.meta_path.append(None), lambda: list(sys.meta_path)),
    "filters": (lambda _: warnings.simplefilter("ignore"), lambda: list(warnings.filters)),
    "signal": (
        lambda _: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
        lambda: signal.getsignal(signal.SIGUSR1),
    ),
    "timer": (
        lambda _: signal.setitimer(signal.ITIMER_REAL, 600),
        lambda: signal.getitimer(signal.ITIMER_REAL),
    ),
    "timeout": (lambda _: socket.setdefaulttimeout(7), socket.getdefaulttimeout),
    "recursion": (lambda _: sys.setrecursionlimit(5_000), sys.getrecursionlimit),
    "excepthook": (lambda _: setattr(sys, "excepthook", print), lambda: sys.excepthook),
    "stderr": (lambda folder: setattr(sys, "stderr", None), lambda: sys.stderr),
    "tempdir": (lambda folder: setattr(tempfile, "tempdir", "/x"), tempfile.gettempdir),
    "context": (lambda _: variable.set(CANARY), variable.get),
    "decimals": (  # the precision of all arithmetic
        lambda _: setattr(decimal.getcontext(), "prec", 3),
        lambda: decimal.getcontext().prec,
    ),
    "tempfile": (
        lambda _: tempfile.NamedTemporaryFile(delete=False, prefix=CANARY).close(),
        lambda: [*Path(tempfile.gettempdir()).glob(f"{CANARY}*")],
    ),
}  # fmt: skip


@pytest.fixture
def stray(tmp_path, monkeypatch):
    monkeypatch.undo()
    folder = tmp_path / "call"
    folder.mkdir()
    return lambda **given: Guarded(folder, **given)


@pytest.mark.parametrize("what", LEFT)
def test_the_process_is_as_it_was(stray, what):
    leave, look = LEFT[what]
    tool, before = stray(), look()

    for operation in ("read", "write"):
        tool(lambda: leave(tool.workdir), operation)
        assert look() == before
    with pytest.raises(LookupError):
        tool(lambda: [leave(tool.workdir), {}[CANARY]])
    assert look() == before


def test_an_adapter_sees_no_credentials_of_ours_and_our_own_code_does(stray, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)

    seen = stray()(lambda: dict(os.environ))

    assert set(seen) <= remains.SEEN
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == CANARY


def test_the_tool_s_own_modules_are_as_they_were_imported(stray, tmp_path, monkeypatch):
    package = tmp_path / "left"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "state.py").write_text(MODULE)
    (package / "lazy.py").write_text("kept = []")
    monkeypatch.syspath_prepend(tmp_path)
    tool = stray(package="left")
    with tool.guard.importing():
        from left import state  # noqa: PLC0415  it is written just now

    before = tool(state.found)
    for _ in range(3):
        tool(lambda: state.leave(CANARY), "write")
        assert tool(state.found) == before
    assert CANARY not in before
    for name in [one for one in sys.modules if one.partition(".")[0] == "left"]:
        del sys.modules[name]


def test_connections_are_cut(stray):
    with serving() as server:
        tool = stray(endpoint=server.url)
        place = ("127.0.0.1", server.server_port)
        made = tool(lambda: socket.create_connection(place, 2))

        assert made.fileno() == -1


def test_programs_are_killed_and_waited_for(stray):
    tool = stray(programs=("python",))

    process = tool(lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))

    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    process.wait()


def pooled():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(random.random).result()


def test_a_thread_that_ends_is_waited_for_and_one_that_does_not_spoils_the_process(stray):
    tool, go, found = stray(), threading.Event(), []
    tool(lambda: threading.Thread(target=time.sleep, args=(0.02,)).start())
    tool(lambda: asyncio.run(asyncio.to_thread(random.random)))
    tool(pooled)
    assert not tool.guard.is_spoiled

    def linger():
        go.wait(10)
        try:
            Path("/dev/null").write_text("x")
        except OSError as error:
            found.append(error.strerror)

    thread = threading.Thread(target=linger)
    tool(thread.start)
    assert tool.guard.is_spoiled
    go.set()
    thread.join()
    assert found == ["a call that is over"]


@pytest.mark.parametrize("spoiled", [False, True])
def test_a_spoiled_process_ends_once_the_answer_is_written(flow, monkeypatch, spoiled):
    ended = []
    current().give(run.leave, lambda: ended.append(flow.states("op")))
    monkeypatch.setattr("switchboard.guard.rules.Rules.end", lambda _: not spoiled)
    command = record(build.command("notes.add", {"text": "milk"}), changes=True)

    assert flow.call(command) == "DONE"

    assert ended == ([["DONE"]] if spoiled else [])


def test_that_is_an_end_that_nobody_can_catch():
    code = "from switchboard.frame.run import leave\ntry: leave()()\nfinally: print(1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)

    assert (done.returncode, done.stdout) == (1, b"")


def test_what_a_call_brings_is_a_file_of_its_own(stray):
    tool = stray()
    own = tool.workdir / "own"
    own.write_text("x")
    (tool.workdir / "link").symlink_to("/etc/passwd")

    def bring(path):
        return lambda: Output(text="", files=(File("x", "text/plain", path),))

    assert tool(bring(own)).files[0].path == own
    for path in (Path("/etc/passwd"), tool.workdir / "link", own / ".." / ".." / "x"):
        with pytest.raises(NotAllowedError):
            tool(bring(path))


def test_folders_of_processes_that_were_killed_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    stale = [f"{remains.CALLS}{ended.pid}-1-x", f"{remains.CALLS}{os.getpid()}-1-x"]
    live = [f"{remains.CALLS}{os.getppid()}-1-x", f"{remains.OURS}x", "other"]
    for name in stale + live:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(CANARY)

    with Runtime(), remains.folder() as folder:
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*live, folder.name])
        assert not [*folder.iterdir()]
    assert not folder.exists()
