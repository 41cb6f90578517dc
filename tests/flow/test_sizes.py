"""Whatever is said, made or fetched, every row has room for it, and somebody is told."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.dispatch import decisions
from switchboard import text
from switchboard.errors import BadRequestError
from switchboard.ledger import accounts, dead_letters
from switchboard.runtime import current
from tests.kit.flow_driver import Flow
from tests.kit.moves import size
from tests.kit.ports import Crash

BOUND = 300_000
LONGEST = decisions.MAX_TEXT
UNITS = ["a ", "ab", "\x01", "字", "🙂", '"', "\\", "```\n", "x=1 ", "\ufffe"]
WRITTEN = [one for one in UNITS if one != "\x01"]
"""What is left of people's words where channels have cleaned them."""
SAID = [
    "{}",
    "/{}",
    "/desk {}",
    "/desk notes.add {}",
    "/desk notes.add milk {}",
    "/desk notes.add copies={}",
    "/desk letters.send text={}",
    "/check {}",
    "/repeat {}",
    "/help {}",
    "/subscribe github {}",
]


def largest(flow):
    return max(size(row) for row in flow.aws.table.rows.values())


def told(flow):
    """The one answer, with everything that was done to bring it."""
    flow.settle()
    (letter,) = flow.letters()
    assert flow.raised == []
    assert largest(flow) < BOUND
    return letter


@given(
    st.sampled_from(SAID),
    st.one_of(st.sampled_from(WRITTEN), st.text("ab =\"'/\n字").filter(str.strip)),
)
def test_no_message_is_so_long_or_odd_that_its_answer_has_no_room(said, unit):
    assume(unit.strip() or said != "{}")  # blanks alone are no message
    room = min(LONGEST - len(said), 250_000 // len(json.dumps(unit)))
    with Flow().running() as flow:
        flow.say(said.format(unit * (room // len(unit))))

        assert told(flow).text


@pytest.mark.parametrize("unit", ["a", "\ufffe", "字"])
def test_what_is_longer_than_dispatch_reads_is_cut_and_told_to_be_too_long(flow, unit):
    flow.say(unit * 240_000 if unit == "a" else unit * 40_000)

    assert str(LONGEST) in told(flow).text
    assert dead_letters.list_all() == []


def test_problems_are_listed_up_to_ten_and_each_is_short(flow):
    flow.say("/desk notes.add text=milk " + "word " * 5_000)
    flow.say("/desk notes.add text=milk " + "w" * 30_000)
    flow.settle()

    many, long = flow.answers()
    assert many.count("is not understood") == 10
    assert "… and 4990 more" in many
    assert len(long) < 1_000


@pytest.mark.parametrize("unit", UNITS)
def test_an_answer_of_any_length_comes_with_all_of_it_in_a_file(flow, unit):
    flow.vendor.notes = lambda word: [unit * 600_000]
    flow.say("/desk notes.list")

    letter = told(flow)
    assert letter.files[0].name == "answer.md"
    whole = flow.aws.objects[letter.files[0].key].body.decode()
    assert unit * 600_000 in whole
    assert letter.text.split("\n\nThis is the beginning")[0][:5_000] in whole


@given(st.lists(st.sampled_from(["```py", "~~~", "````", "```", "  ```", "words", "字" * 9])))
def test_a_beginning_has_room_and_leaves_no_code_open(lines):
    markdown = "\n".join(lines)
    cut = text.beginning(markdown, 40)

    kept, _, closing = cut.rpartition("\n")
    assert markdown.startswith(cut) or (markdown.startswith(kept) and not closing.strip("`~"))
    assert len(json.dumps(cut, ensure_ascii=False).encode()) <= 40 + len("\\n````")
    assert text.beginning(cut, 400) == cut


def test_a_refusal_of_any_length_is_told(flow):
    def refuse(*_):
        raise BadRequestError("no ink", say="no_ink", text="\x01" * 500_000)

    flow.vendor.do = refuse
    flow.say("/desk notes.add milk")

    assert told(flow).text.startswith("The desk has no ink")


def test_a_call_of_the_longest_arguments_can_be_checked_and_repeated(flow):
    flow.ports.fail("desk.letters.send", Crash(), when="after")
    flow.say("/desk letters.send text=" + "字" * (LONGEST - 30))
    flow.settle()
    ref = flow.answers()[0].split("/repeat ")[1][:6]
    for word in ("check", "repeat"):
        flow.say(f"/{word} {ref}")
        flow.settle()

    assert largest(flow) < BOUND
    assert [one[:20] for one in flow.answers()[1:]] == [
        "`desk letters.send` ",
        "Done: " + "字" * 14,
    ]


def test_a_message_of_any_length_that_cannot_be_handled_is_kept_for_the_operator(flow):
    current().give(decisions.planners, ())
    planner = type("Deadly", (), {"plan": lambda self, turn: 1 / 0})()
    current().give(decisions.planners, (planner,))
    flow.say("字" * 32_000)
    flow.settle()

    assert len(dead_letters.list_all()) == len(flow.answers()) == 1
    assert largest(flow) < BOUND


def test_what_a_platform_says_of_a_refusal_is_kept_short(cloud):
    accounts.record_failure("slack/main", "x" * 500_000, 1.0)

    (broken,) = accounts.list_broken()
    assert len(broken.reason) == 200
