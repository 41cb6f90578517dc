"""The recorded control word is obeyed, and shown by /help; run in the trial's copy alone."""

import pytest


@pytest.mark.parametrize(
    ("text", "said"),
    [("/myrole", "You are `ada`, a member."), ("/我的角色", "你是 `ada`，角色为 member。")],
)
def test_the_word_is_obeyed_in_both_languages(flow, text, said):
    flow.say(text)

    assert flow.settle().answers() == [said]


def test_help_names_it(flow):
    flow.say("/help")

    assert "/myrole" in flow.settle().answers()[0]
