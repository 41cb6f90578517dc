"""What closing and merging would do is shown and changes nothing; closing is taken back."""

import pytest

from switchboard.errors import RejectedError

pytest_plugins = ["tests.servers.github_servers"]

HERE = "https://github.com/octocat/Hello-World"


def changes(double):
    """The requests that are no mere questions."""
    return [one.method for one in double.asked if one.method != "GET"]


def test_what_a_merge_would_do_is_shown_with_its_newest_commit(ask, double):
    pull = double.memory.add_pull("Fix", commits=2, mergeable_state="unstable")

    shown = ask.preview("pulls.merge", number=1, method="squash")

    assert shown.shown == pull["head"]["sha"]
    assert shown.text == (
        f"[#1]({HERE}/pull/1) Fix (open, new-topic → master) — @\u200boctocat\n\n"
        f"- 2 commits, up to `{pull['head']['sha'][:7]}`, squashed into one\n"
        "- No conflicts; **some checks have not passed**"
    )
    assert shown.tainted
    assert changes(double) == []
    assert not pull["merged"]


@pytest.mark.parametrize(
    ("state", "words"),
    [("dirty", "**Conflicts** with its base"), ("later", "GitHub does not say"), ("clean", "No c")],
)
def test_whether_it_conflicts_is_shown(ask, double, state, words):
    double.memory.add_pull("Fix", commits=1, mergeable_state=state)

    text = ask.preview("pulls.merge", number=1).text
    assert f"\n- {words}" in text
    assert "1 commit, up to" in text


@pytest.mark.parametrize(
    ("facts", "arguments", "words"),
    [
        ({"state": "closed"}, {}, "#1 is not open"),
        ({}, {"sha": "a" * 40}, "`aaaaaaa` is not its newest commit"),
    ],
)
def test_what_would_not_be_merged_is_not_asked_about(ask, double, facts, arguments, words):
    double.memory.add_pull("Fix", **facts)

    with pytest.raises(RejectedError) as caught:
        ask.preview("pulls.merge", number=1, **arguments)
    assert ask.words(caught.value).startswith(words)


def test_just_what_was_shown_is_merged(ask, double):
    pull = double.memory.add_pull("Fix")
    shown = ask.preview("pulls.merge", number=1).shown

    ask("pulls.merge", number=1)

    assert double.asked[-1].body == {"merge_method": "merge", "sha": shown}
    assert pull["merged"]


def test_commits_that_came_after_the_question_are_not_merged(ask, double):
    pull = double.memory.add_pull("Fix")
    ask.preview("pulls.merge", number=1)
    pull["head"] = pull["head"] | {"sha": "b" * 40}

    assert ask.told("pulls.merge", number=1).startswith("It has changed since you were asked")
    assert changes(double) == []


def test_what_closing_would_do_is_shown(ask, double):
    double.memory.add_issue("Bug", comments=3)
    double.memory.add_issue("Old", state="closed", state_reason="completed")

    open_ = ask.preview("issues.close", number=1)
    closed = ask.preview("issues.close", number=2, reason="not_planned")
    ask.locale = "zh"

    assert open_.text.endswith("(open, 3 comments) — @\u200boctocat\n\nIt is closed as completed.")
    assert closed.text.endswith("It is closed already, and then is as not planned.")
    assert "将关闭，原因：已完成。" in ask.preview("issues.close", number=1).text
    assert changes(double) == []


def test_a_closed_issue_is_opened_again(ask, double):
    issue = double.memory.add_issue("Bug", state_reason="reopened")
    ask("issues.close", number=1)
    assert issue["state"] == "closed"

    for _ in range(2):
        assert ask.undo("issues.close", number=1).text.endswith("/1) is as it was before.")
        assert issue["state"] == "open"


def test_another_reason_comes_back(ask, double):
    issue = double.memory.add_issue("Bug", state="closed", state_reason="not_planned")
    ask("issues.close", number=1)
    assert issue["state_reason"] == "completed"

    for _ in range(2):
        ask.undo("issues.close", number=1)
        assert (issue["state"], issue["state_reason"]) == ("closed", "not_planned")


def test_what_was_closed_already_is_nothing_to_take_back(ask, double):
    double.memory.add_issue("Bug", state="closed", state_reason="completed")

    ask("issues.close", number=1)

    assert ask.saved == {}


@pytest.mark.parametrize("before", ["open", "closed"])
def test_what_others_have_done_since_is_not_undone(ask, double, before):
    issue = double.memory.add_issue("Bug", state=before, state_reason="reopened")
    ask("issues.close", number=1)
    issue |= {"state_reason": "duplicate"}

    with pytest.raises(RejectedError) as caught:
        ask.undo("issues.close", number=1)
    assert ask.words(caught.value).startswith("It has been changed since by somebody else")
    assert issue["state_reason"] == "duplicate"
