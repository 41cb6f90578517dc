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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/approve", ("approve", "", "")),
        ("/approve K7Q2MX", ("approve", "K7Q2MX", "")),
        ("/approve K7Q2MX 123456", ("approve", "K7Q2MX", "123456")),
        ("!sb approve k7q2mx 123 456", ("approve", "k7q2mx", "123456")),
        ("/批准 K7Q2MX １２３４５６", ("approve", "K7Q2MX", "１２３４５６")),
        ("同意", ("approve", "", "")),
        ("approve 123-456", ("approve", "", "123456")),
        ("123456", ("approve", "", "123456")),
        (" 123 456 ", ("approve", "", "123456")),
        ("K7Q2MX 123456", ("approve", "K7Q2MX", "123456")),
        ("/approve K7Q2MX K7Q2-MX04-9TZB", ("approve", "K7Q2MX", "K7Q2MX049TZB")),
        ("/approve K7Q2 MX04 9TZB", ("approve", "", "K7Q2MX049TZB")),
        ("/approve please do it", ("approve", "please", "")),
        ("/deny K7Q2MX", ("deny", "K7Q2MX", "")),
        ("拒绝 K7Q2MX", ("deny", "K7Q2MX", "")),
        *((text, None) for text in ("", "/", "/help", "hello", "K7Q2MX", "approve of the plan")),
        *(
            (text, None)
            for text in ("call 12345", "we need 123456 of them", "/desk notes.add 123456")
        ),
        ("approve " + "x" * 99, None),
        *((text, None) for text in ("take that down", "congratulate", "approve this plan soon")),
        ("K7Q2-MX04-9TZB", ("approve", "", "K7Q2MX049TZB")),
        ("/desk a\n /approve K7Q2MX 123 456\n/desk b", ("approve", "K7Q2MX", "123456")),
        ("/desk a\n/approve K7Q2MX", None),
        ("/desk a\n123456", None),
    ],
)
def test_a_yes_or_a_no_is_told_from_all_else(text, said):
    found = control.yes_or_no(text)

    assert (found and (found.word, found.ref, found.code)) == said


@given(
    st.from_regex(r"[0-9]{3} ?[0-9]{3}", fullmatch=True), st.sampled_from(["", "K7Q2MX ", "ok "])
)
def test_whatever_may_be_a_code_goes_where_codes_go(code, before):
    found = control.yes_or_no(f"{before}{code}")

    assert found is not None
    assert found.code == code.replace(" ", "")
