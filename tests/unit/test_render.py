"""Answers are cut to each platform's size without breaking what they say."""

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from functions.deliver import render
from switchboard.channels.base import Limits, Outbound, Sender
from switchboard.models import Fault, Outcome, Result, StoredFile
from tests.kit import build
from tests.kit.stories import answer

UNITS = {
    "characters": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}
LIMIT = 500
FILE = StoredFile("results/1/0/a[1].txt", "a[1].txt", "text/plain", 3)


PLAIN = Sender("main", {}, Outbound(Limits(text=LIMIT)))
ROOMY = Sender("main", {}, Outbound(Limits(text=11_000)))
MAILBOX = Sender(
    "main", {}, Outbound(Limits(text=LIMIT, file_bytes=100), takes_files=True, sends_once=True)
)


def letters(text):
    return "".join(text.split())


def code_of(markdown):
    """What a reader sees as code, and what as text, without blanks."""
    code, words = [], []
    pending = list(mistune.create_markdown(renderer=None)(markdown))
    while pending:
        token = pending.pop(0)
        pending = token.get("children", []) + pending
        kind = code if token["type"] == "block_code" else words
        kind.append(letters(token.get("raw", "")))
    return "".join(code), "".join(words)


WIDE = st.text(
    alphabet=st.characters(exclude_characters="`~", exclude_categories=["Cs"]), max_size=1_500
)


@pytest.mark.parametrize("units", UNITS)
@given(text=WIDE)
def test_any_text_arrives_whole_in_pieces_that_fit(units, text):
    pieces = render.split(text, Limits(text=LIMIT, units=units))

    assert all(0 < UNITS[units](piece) <= LIMIT for piece in pieces)
    assert letters("".join(pieces)) in {letters(text), render.WORDLESS}


def test_an_emoji_is_never_cut_in_two():
    text = "👩‍👩‍👧 👍" * 400

    for units in UNITS:
        pieces = render.split(text, Limits(text=LIMIT, units=units))
        assert letters("".join(pieces)) == letters(text)
        assert all(piece.encode() for piece in pieces)


@st.composite
def documents(draw):
    """Paragraphs and code blocks; some code holds shorter fences and long lines."""
    blocks = []
    word = st.text(alphabet="abc甲乙👍", min_size=1, max_size=20)
    for _ in range(draw(st.integers(1, 8))):
        words = " ".join(draw(st.lists(word, min_size=1, max_size=60)))
        if draw(st.booleans()):
            blocks.append(words)
            continue
        fence = draw(st.sampled_from(["```", "````", "~~~", "~~~~~~"]))
        inner = "```" if fence in {"````", "~~~", "~~~~~~"} and draw(st.booleans()) else ""
        language = draw(st.sampled_from(["", "python", " text", "a-rather-long-language"]))
        lines = draw(st.lists(word, max_size=60))
        body = "\n".join([inner, *lines, inner, words.replace(" ", "")])
        blocks.append(f"{fence}{language}\n{body}\n{fence}")
    return "\n\n".join(blocks)


@pytest.mark.parametrize("units", UNITS)
@given(text=documents())
def test_code_stays_code_and_words_stay_words(units, text):
    pieces = render.split(text, Limits(text=LIMIT, units=units))

    seen = [code_of(piece) for piece in pieces]
    assert ("".join(code for code, _ in seen), "".join(words for _, words in seen)) == code_of(text)
    assert all(UNITS[units](piece) <= LIMIT for piece in pieces)


@given(text=st.text(alphabet="`~a \n", max_size=3_000))
def test_whatever_fences_there_are_the_pieces_fit(text):
    pieces = render.split(text, Limits(text=LIMIT))

    assert all(0 < len(piece) <= LIMIT for piece in pieces)


def test_a_short_text_is_one_piece_and_a_long_line_of_code_leaves_no_empty_block():
    short = "# Title\n\n- a\n- b\n\n```python\nx = 1\n```"
    assert render.split(short, Limits(text=LIMIT)) == [short]

    pieces = render.split(f"```json\n{'x' * 1_000}\n```", Limits(text=LIMIT))
    assert [piece.replace("x", "") for piece in pieces] == ["```json\n\n```"] * len(pieces)
    assert all("x" in piece for piece in pieces)


def test_blank_lines_of_code_are_kept():
    code = "\n".join(["a"] * 149 + ["", "", "b"] + ["c"] * 100)
    pieces = render.split(f"```\n{code}\n```", Limits(text=LIMIT))

    inside = [piece.removeprefix("```\n").removesuffix("\n```") for piece in pieces]
    assert "\n".join(inside) == code


def test_a_file_that_holds_fences_stays_one_block():
    text = "````\n" + "```python\nx\n```\n" * 40 + "````\ndone"
    pieces = render.split(text, Limits(text=LIMIT))

    assert all(piece.startswith("````\n") for piece in pieces)
    assert pieces[-1].endswith("````\ndone")


@pytest.mark.parametrize("text", ["", "\n\n", " "])
def test_an_answer_without_words_is_still_a_message(text):
    (part,) = render.parts(answer(text), PLAIN, again=False)

    assert part.text == render.WORDLESS


def test_a_repeated_answer_has_the_same_keys_and_says_so_in_its_first_message_only():
    long = answer("```\n" + "x\n" * 400 + "```")
    keys = [part.key for part in render.parts(long, PLAIN, again=False)]
    first, *others = render.parts(long, PLAIN, again=True)

    assert keys == [f"{build.run_id()}-{n}" for n in range(len(keys))]
    assert [part.key for part in (first, *others)] == keys
    assert first.text.startswith("(sent again)\n\n```\nx")
    assert others
    assert not any("sent again" in part.text for part in others)


def test_a_resumed_answer_goes_on_where_it_was_cut_and_marks_what_may_be_repeated():
    long = answer("\n".join(f"line {number}" for number in range(200)), locale="zh")
    whole = render.parts(long, PLAIN, again=False)
    rest = render.parts(long, PLAIN, again=True, sent=2)

    assert [part.key for part in rest] == [part.key for part in whole[2:]]
    assert rest[0].text == f"（重发）\n\n{whole[2].text}"
    assert rest[1:] == whole[3:]


def test_files_go_with_the_last_message_where_they_can_and_known_repeats_are_not_marked():
    made = answer(result=build.result("word " * 300, files=(FILE,)))
    *others, last = render.parts(made, MAILBOX, again=True)

    assert last.files == (FILE,)
    assert others[0].text.startswith("word")
    assert not any(part.files for part in others)


def test_elsewhere_files_are_links_that_cannot_break_the_text(cloud):
    made = answer(result=build.result("done", files=(FILE,)))
    (part,) = render.parts(made, ROOMY, again=False)

    assert part.text.startswith("done\n\nFiles (links work for 1 h):\n- [a(1).txt](https://")
    assert not part.files


def test_errors_are_marked_as_errors():
    made = answer(result=build.failure("no"))

    assert [part.error for part in render.parts(made, PLAIN, again=False)] == [True]
    assert [part.error for part in render.parts(answer(), PLAIN, again=False)] == [False]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("`/help`, or `/check K7`; not /help", "`/sb help`, or `/sb check K7`; not /help"),
        ("`https://a/b` and `//x` and ``/y``", "`https://a/b` and `//x` and ``/y``"),
    ],
)
def test_commands_are_shown_as_they_can_be_typed_there(said, shown):
    slack = Sender("main", {}, Outbound(Limits(text=LIMIT), command="/sb "))
    ours, theirs = answer(said), answer(said)
    ours = structs.replace(
        ours, result=structs.replace(ours.result, result=Outcome(text=said, tainted=False))
    )
    fault = structs.replace(ours, result=Result(id=ours.result.id, error=Fault(-1, said)))

    assert [render.parts(one, slack, again=False)[0].markdown for one in (ours, fault)] == [
        shown
    ] * 2
    assert render.parts(ours, PLAIN, again=False)[0].markdown == said
    assert render.parts(theirs, slack, again=False)[0].markdown == said
