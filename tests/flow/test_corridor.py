"""Dispatch reads as a corridor: how many modules a message enters on its way through it.

A module is entered when one of its functions runs during dispatch's handler, in a process that has
had the same message before. At ef78cf7 `/desk notes.list` entered 26 of the product's modules, six
of them GROUND: values, words and look-ups that all rooms stand on, and that nobody follows a
message into. Of the others, the corridor's, there were 20.
These messages are the page's, whose words `ledger.mailbox` keeps; no other channel's enter that.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {ROOT / "functions": "functions", ROOT / "layers/common/switchboard": "switchboard"}
GROUND = {
    f"switchboard.{name}"
    for name in (
        *("config", "control", "errors", "loggers", "models"),
        *("observe", "phrases", "runtime", "settings", "text"),
    )
}


def entered(flow, text):
    """The product's modules that dispatch enters for a message."""
    flow.say(text)
    files = set()

    def note(frame, event, argument):
        if event == "call":
            files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        flow.plan()
    finally:
        sys.setprofile(None)
    return {
        ".".join((room, *path.relative_to(root).with_suffix("").parts))
        for path in map(Path, files)
        for root, room in ROOMS.items()
        if path.is_relative_to(root)
    }


@pytest.mark.parametrize(
    ("text", "all_of_them", "corridor"),
    [("/desk notes.list", 26, 18), ("/desk notes.add milk", 27, 19), ("/stop", 24, 16)],
)
def test_a_message_enters_few_modules(flow, text, all_of_them, corridor):
    flow.say(text)
    flow.plan()

    found = entered(flow, text)

    assert "functions.dispatch.app" in found
    assert len(found) <= all_of_them, " ".join(sorted(found))
    assert len(found - GROUND) <= corridor, sorted(found - GROUND)
