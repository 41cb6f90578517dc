"""Control words as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard import control
from tests.kit import build


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("/stop", "stop", []),
        (" ／STOP\u3000all ", "stop", ["all"]),
        ("/停止 全部", "stop", ["全部"]),
        ("/ stop", "stop", []),
        ("/stop 'never closed", "stop", ["'never", "closed"]),
        ("!sb stop", "stop", []),
        ("！SB /stop all", "stop", ["all"]),
        ("/check K7Q2MX now", "check", ["K7Q2MX", "now"]),
        *(
            (text, "help", [])
            for text in ("/help", "/", "／", "/HELP", "/帮助", "/ ", "!sb", "!sb /")
        ),
        *(
            (text, "", [])
            for text in (
                "",
                "stop",
                "-/stop",
                "a /stop",
                "/stopp",
                "/desk stop",
                "!sbstop",
                "! stop",
                "sb stop",
                "a !sb stop",
            )
        ),
    ],
)
def test_a_message_is_a_control_word_by_its_first_word(text, word, rest):
    found, after = control.read(text)

    assert (found.name if found else "") == word
    assert not word or after == rest


@pytest.mark.parametrize("word", control.words(), ids=lambda word: word.name)
def test_only_what_is_urgent_overtakes_its_conversation(word):
    for name in word.names:
        lane = control.lane_of(build.envelope(f"/{name}"))
        assert lane == "web/main/ada" + "/control" * word.urgent


@given(st.text())
def test_every_line_is_a_slash_line_or_none(text):
    line = control.split(text)

    assert (line is not None) is bool(re.match(r"[/／]|[!！]sb(\s|$)", text.strip(), re.IGNORECASE))
    assert line is None or not any(char.isspace() for char in line[0])
