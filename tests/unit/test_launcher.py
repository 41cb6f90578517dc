"""`make run` before it starts anything: one launcher a folder, a port that is one, enough room."""

import shutil
from typing import NamedTuple

import pytest

from local.__main__ import _alone, _has_browser, _port
from local.emulator import Emulator


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_second_launcher_of_the_folder_is_told_how_to_reach_the_first(tmp_path, capsys):
    with _alone(tmp_path), pytest.raises(SystemExit), _alone(tmp_path):
        pytest.fail("it was let in")

    assert "runs already" in capsys.readouterr().err
    with _alone(tmp_path):
        pass


def test_a_full_disk_is_told_before_anything_is_lost(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10, 4, 6 * 2**20))

    with pytest.raises(SystemExit), _alone(tmp_path):
        pytest.fail("it was let in")

    assert "Only 6 MB are free" in capsys.readouterr().err


@pytest.mark.parametrize("told", ["abc", "80000", "80", "-1", "４５６６", "4566.0"])
def test_what_is_no_port_is_told(told, capsys):
    with pytest.raises(SystemExit):
        _port(told)

    assert f"PORT={told} is no port" in capsys.readouterr().err


def test_a_port_is_taken_or_the_usual_one():
    assert (_port(""), _port("4666")) == (4566, 4666)


def test_what_was_saved_at_another_port_is_found_at_this_one(tmp_path):
    saved = tmp_path / "aws"
    saved.mkdir()
    urls = '{"http://%s/000000000000/Inbox.fifo": "http://a1.execute-api.%s"}'
    for name in ("sqs.json", "dynamodb.json"):
        (saved / name).write_text(urls % ("localhost:4566", "localhost:4566"))
    before = (saved / "sqs.json").stat().st_ino

    Emulator(tmp_path, 4566)._move()
    assert (saved / "sqs.json").stat().st_ino == before
    Emulator(tmp_path, 4666)._move()

    assert (saved / "sqs.json").read_text() == urls % ("localhost:4666", "localhost:4666")
    assert "4666" not in (saved / "dynamodb.json").read_text()


@pytest.mark.parametrize(
    ("told", "system", "opened"),
    [
        ("DISPLAY", "linux", True),
        ("WAYLAND_DISPLAY", "linux", True),
        ("BROWSER", "linux", True),
        ("", "darwin", True),
        ("", "linux", False),
        ("SSH_TTY", "darwin", False),
        ("SSH_CONNECTION DISPLAY", "linux", True),
        ("CI DISPLAY", "linux", False),
        ("CI", "darwin", False),
    ],
)
def test_a_browser_is_opened_where_somebody_sees_it(told, system, opened):
    assert _has_browser(dict.fromkeys(told.split(), "1"), system) is opened
