"""What a tool that was led astray tries to open and to start, and the guard refuses (P13)."""

import ctypes
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from switchboard.errors import NotAllowedError
from switchboard.guard.refusal import GuardError
from tests.kit.guarded import Guarded
from tests.kit.servers import serving


@pytest.fixture
def astray(tmp_path, monkeypatch):
    monkeypatch.undo()  # the tests' own fence: this is about ours
    return lambda **given: Guarded(tmp_path, **given)


def opened(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=2).read()


def other_sockets(folder):
    def datagram():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
            made.sendto(b"x", ("127.0.0.1", 53))

    def near():
        with socket.socket(socket.AF_UNIX) as made:
            made.connect(str(folder / "socket"))

    return [
        datagram,
        near,
        lambda: socket.create_server(("127.0.0.1", 54321)),
        lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        lambda: socket.gethostbyname("localhost"),
        lambda: socket.gethostbyaddr("127.0.0.1"),
        lambda: socket.getnameinfo(("127.0.0.1", 80), 0),
    ]


def other_files(folder):
    outside = folder.parent / f"{folder.name}-outside"
    outside.write_text("another person's")
    (folder / "link").symlink_to(outside)
    up = f"{folder}/../{outside.name}"
    return [
        *[lambda one=one: Path(one).read_bytes() for one in (outside, folder / "link", up)],
        *[lambda one=one: Path(one).write_bytes(b"x") for one in (outside, folder / "link", up)],
        lambda: Path("/proc/self/environ").read_bytes(),
        lambda: Path("/proc/self/../self/environ").read_bytes(),
        lambda: Path(f"/proc/{os.getpid()}/environ").open(),
        lambda: os.open(os.fsencode("/etc/passwd"), os.O_RDONLY),
        lambda: [*folder.parent.iterdir()],
        lambda: [*os.scandir("/tmp")],
        outside.unlink,
        lambda: outside.chmod(0o777),
        lambda: os.truncate(outside, 0),
        lambda: os.utime(outside),
        (folder.parent / "made").mkdir,
        folder.parent.rmdir,
        lambda: (folder / "link").rename(outside),
        lambda: os.link(outside, folder / "hard"),
        lambda: (folder / "new").symlink_to("/etc"),
        lambda: (folder / "new").symlink_to("../.."),
        lambda: shutil.copy(folder / "own", folder.parent / "copy"),
        lambda: shutil.rmtree(folder.parent),
        lambda: os.chdir("/tmp"),
        lambda: sqlite3.connect(outside),
        lambda: Path(__file__).write_text("x"),
    ]


def other_programs(folder):
    (folder / "true").symlink_to("/bin/true")
    return [
        lambda: subprocess.run(["/bin/true"]),
        lambda: subprocess.run(["true"]),
        lambda: subprocess.run("true", shell=True),
        lambda: subprocess.run([str(folder / "sub" / ".." / ".." / "true")]),
        lambda: os.system("true"),
        lambda: os.popen("true"),
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
        lambda: os.execv("/bin/true", ["true"]),
        os.fork,
        lambda: os.kill(os.getppid(), 0),
        lambda: os.killpg(0, 0),
        lambda: ctypes.CDLL("libc.so.6"),
        lambda: ctypes.CDLL(None).system,
    ]


@pytest.mark.parametrize("acts", [other_sockets, other_files, other_programs])
def test_nothing_else_of_the_machine_is_reached(astray, tmp_path, acts):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "own").write_text("x")
    tool = Guarded(folder, programs=("true",) if acts is not other_programs else ())

    tried = acts(folder)
    assert [index for index, act in enumerate(tried) if not tool.refuses(act)] == []
    outside = folder.parent / f"{folder.name}-outside"
    assert not outside.exists() or outside.read_text() == "another person's"


def test_honest_work_is_let_through(astray, tmp_path):
    tool = astray(programs=("python",))

    def work():
        made = tmp_path / "a" / "b"
        made.parent.mkdir()
        made.write_text("x")
        made.rename(tmp_path / "c")
        (tmp_path / "d").symlink_to("c")
        shutil.rmtree(made.parent)
        sqlite3.connect(":memory:").close()
        Path("/dev/null").write_text("x")
        code = "import os; print(sorted(os.environ))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)
        found = []
        thread = threading.Thread(target=lambda: found.append((tmp_path / "d").read_text()))
        thread.start()
        thread.join()
        return done.stdout, found, (Path(os.__file__).read_bytes() != b"")

    seen, found, read = tool(work)
    assert (found, read) == (["x"], True)
    assert b"AWS_" not in seen
    assert b"PARAMETER" not in seen
    assert not tool.guard.is_spoiled


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("any(iter(int, 1))", {-24, -9}),
        ("bytearray(400 * 2**20)", {1}),
        ("open('f', 'wb').truncate(300 * 2**20)", {1, -25}),
        ("import os; os.abort()", {-6}),
    ],
)
def test_a_program_has_limits(astray, tmp_path, code, status):
    tool = astray(programs=("python",), limits={"timeout": 1})
    command = [sys.executable, "-c", f"import time; time.sleep(0.1); {code}"]

    done = tool(lambda: subprocess.run(command, cwd=tmp_path, stderr=subprocess.DEVNULL))

    assert done.returncode in status
    assert not list(tmp_path.glob("core*"))


def test_a_thread_of_a_call_is_under_its_rules_and_no_other_thread_is(astray, tmp_path):
    tool, found = astray(), []

    def read():
        try:
            found.append(Path("/etc/passwd").read_text())
        except GuardError:
            found.append("refused")

    def begin():
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()

    tool(begin)
    begin()
    assert found[0] == "refused"
    assert found[1].startswith("root:")


def test_a_change_that_may_have_reached_its_vendor_is_not_called_a_refusal(astray):
    with serving() as server:
        tool = astray(endpoint=server.url)

        def stray():
            Path("/etc/passwd").read_bytes()

        def late():
            opened(server.url)
            stray()

        for operation, act in (("read", stray), ("read", late), ("write", stray)):
            with pytest.raises(NotAllowedError) as caught:
                tool(act, operation)
            assert caught.value.say == "guarded"
        with pytest.raises(GuardError):
            tool(late, "write")


def test_what_was_refused_is_logged_without_the_name_that_was_tried(astray, lines):
    tool = astray()
    tool.refuses(lambda: opened("http://canary.example/"))

    (line,) = lines()
    assert line["message"] == "the guard refused"
    assert line["detail"] == "socket.getaddrinfo: a host that the manifest does not name"
