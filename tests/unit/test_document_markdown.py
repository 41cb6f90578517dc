"""Markdown before pandoc reads it: prices are no formulas, and what begins it may be malformed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tools.document.markdown import DOLLAR, read

PRICES = [
    "US$5/month, plan B US$9/month",
    "$HOME/bin:$PATH/x",
    "$20 to $30, $5k-$10k (US$)",
    "between 10$ and 20$",
    "$5 per head and 6$ more",
    "价格为$5，原价$9。",
    "$100/$200 and $ 5$ or $5 $",
    "$('#a').b($('#c')) and $$ is a process",
    "the first costs $5\n\nand the second 6$",
    "`$` and `$`",
    "between $5 and $10 (was $12). R$ 10 e R$ 20",
    r"\$5 and $6",
    "https://example.com/?$filter=a&$top=5",
]
FORMULAS = [
    "$x$",
    "$a_{b}$",
    "$2x+1$",
    "$10\\,\\text{km}$",
    "$5$",
    "$[0,1)$",
    "$`a b`$",
    "$$\\sum_i x_i$$",
    "$$\na = b\n$$",
    r"$\$5$",
    "$x\ny$",
]


@pytest.mark.parametrize("text", PRICES)
def test_prices_and_paths_are_no_formulas(text):
    made = read(text)[1]

    assert "$" not in made.replace(r"\$", "")
    assert made.replace(DOLLAR, "$") == text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_one_wherever_it_stands(text):
    for around in ("{}", "是{}的", "US$5, {}, $9.", "({})", "*{}* costs 5$"):
        made = read(around.format(text))[1]

        assert made == around.replace("$", DOLLAR).format(text)


@given(st.text(alphabet="$ \\`\nab5漢(/"))
def test_nothing_but_dollar_signs_is_changed(text):
    assert read(text)[1].replace(DOLLAR, "$") == text


@pytest.mark.parametrize(
    ("front", "kept"),
    [
        ("title: x\ndate: 2026-02-30", True),
        ("n: " + "1" * 5_000, True),
        ("a: " + "[" * 3_000, False),
        ("? [1]\n: 2", False),
        ("a: [", False),
        ("- a", False),
        ("a: '" + "b" * 200_000 + "'", False),
    ],
)
def test_what_begins_it_is_metadata_if_it_can_be(front, kept):
    assert read(f"---\n{front}\n---\nhello\n")[0].endswith(
        f"{'+' if kept else '-'}yaml_metadata_block"
    )
