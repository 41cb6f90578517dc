"""What `make hour` takes for a newcomer, and counts as wrong."""

import pytest

from tests.hour.hour import Hour
from tests.hour.newcomer import Done, Newcomer
from tests.hour.readme import AFTER, How
from tests.hour.steps import _not_as_told


@pytest.fixture
def newcomer(tmp_path):
    return Newcomer(tmp_path, tmp_path / "home", tmp_path / "transcript", 4566)


def test_a_newcomer_has_only_what_package_managers_need(newcomer, monkeypatch):
    for name in ("AWS_PROFILE", "VIRTUAL_ENV", "MAKEFLAGS", "PYTHONPATH", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "x")
    found = newcomer.environment

    assert found["HOME"] == str(newcomer.home)
    assert found["PIP_INDEX_URL"] == "x"
    assert not {"AWS_PROFILE", "VIRTUAL_ENV", "MAKEFLAGS", "PYTHONPATH"} & set(found)


def test_a_traceback_is_counted_wherever_it_is_said(newcomer):
    done = newcomer.types("echo Traceback '(most recent call last):' >&2; exit 3")

    assert (done.status, newcomer.tracebacks) == (3, 1)


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        (Done(2, "", "no stack: x\nmake: *** [Makefile:1: x] Error 1\n", 0), ""),
        (Done(0, "", "no stack\n", 0), "it ended with 0"),
        (Done(1, "", "something\n", 0), "it said something"),
        (Done(1, "", "no stack\nat all\n", 0), "more than a line"),
    ],
)
def test_a_command_is_judged_by_its_status_its_words_and_its_lines(done, wrong):
    found = _not_as_told(How(AFTER, "no stack", 1, line=True), done)

    assert found.startswith(wrong)
    assert bool(found) is bool(wrong)


def test_a_step_that_fails_does_not_end_the_hour(newcomer):
    hour = Hour(newcomer, browser=None)
    with hour.step("first"):
        hour.quick("page_seconds", 1.5)
    hour.check("second", lambda: "")

    assert (hour.steps, hour.failures) == (2, ["first"])
