"""Everything Switchboard says, it says in both languages, and nothing it says can fail."""

import ast
from pathlib import Path

import pytest

from switchboard import errors, phrases, text
from switchboard.errors import AppError, BadRequestError
from tests.kit.sources import nodes

PHRASES = phrases.phrases("en")
SOURCES = [*Path("functions").rglob("*.py"), *Path("layers/common/switchboard").rglob("*.py")]


def codes():
    """The codes of all errors, the base class's too."""
    kinds = [AppError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind.code for kind in kinds if kind.__module__ == errors.__name__}


def test_every_error_has_a_phrase():
    assert codes() >= {"internal", "bad_request", "rate_limited"}
    assert codes() <= set(PHRASES)


def test_every_phrase_that_the_code_names_is_there():
    named = set()
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and "tools" not in path.parts:
                named |= {
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "say" and isinstance(keyword.value, ast.Constant)
                }
                if isinstance(node.func, ast.Name) and node.func.id == "say":
                    named |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}

    assert {"unknown_tool", "help_head", "again"} <= named
    assert named <= set(PHRASES)


def test_no_phrase_is_without_use():
    used, families = codes(), ("risk_", "stopped_", "resumed_")
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                families += (node.values[0].value,)
            elif isinstance(node, ast.Constant):
                used.add(node.value)

    families = tuple(one for one in families if one.endswith("_"))
    assert {name for name in PHRASES if name not in used and not name.startswith(families)} == set()


def test_a_phrase_is_filled_and_what_fills_it_is_left_alone():
    said = phrases.say("unknown_sender", "en", id="{secret} {0}", sender="x")

    assert "`{secret} {0}`" in said


def test_a_phrase_may_be_filled_with_a_name():
    assert "`milk`" in phrases.say("unknown_tool", "en", name="milk", near="")


@pytest.mark.parametrize(("count", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_a_number_chooses_its_form(count, said):
    words = {"en": {"one": "{count} file", "other": "{count} files"}, "zh": "{count} 个文件"}

    assert text.say(words, "en", count=count) == said
    assert text.say(words, "zh", count=count) == f"{count} 个文件"


def test_what_nobody_has_translated_is_said_in_english():
    assert text.in_({"en": "Help"}, "zh") == "Help"
    assert phrases.say("help_head", "xx") == phrases.say("help_head", "en")


def test_an_error_s_detail_is_never_shown():
    error = BadRequestError("hunter2", say="bad_request")

    assert "hunter2" not in phrases.public(error, "en")
    assert "hunter2" not in phrases.public(AppError("hunter2"), "zh")


@pytest.mark.parametrize(
    ("text", "preference", "expected"),
    [
        ("hello", "", "en"),
        ("hello", "zh", "zh"),
        ("hello", "ZH-TW", "zh"),
        ("hello", "de", "en"),
        ("/todo 买牛奶", "en", "zh"),
        ("", "", "en"),
        ("，。！", "", "en"),
    ],
)
def test_the_language_is_that_of_the_words(text, preference, expected):
    assert phrases.locale_of(text, preference) == expected
