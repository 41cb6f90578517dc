"""The recorded control word is obeyed, and shown by /help; run in the trial's copy alone."""

import pytest


@pytest.mark.parametrize(
    ("text", "said"),
    [("/whoami", "You are `ada`, a member."), ("/我是谁", "你是 `ada`，角色为 member。")],
)
def test_the_word_is_obeyed_in_both_languages(flow, text, said):
    flow.say(text)

    assert flow.settle().answers() == [said]


def test_help_names_it(flow):
    flow.say("/help")

    assert "/whoami" in flow.settle().answers()[0]
