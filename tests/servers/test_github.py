"""What the GitHub tool does: by GitHub's description, by its recorded traffic, and by a double."""

from pathlib import Path

import pytest

from switchboard.sdk import manifest

pytest_plugins = ["tests.servers.github_servers"]

MANIFEST = manifest.load(Path("functions/tools/github"))
HERE = "https://github.com/octocat/Hello-World"
RECORDED_TOKEN = "0000000000000000000000000000000000000001"

# What each operation says of the description's own examples
DESCRIBED = {
    "repository.get": ({}, "80 stars, 0 open issues and pull requests, default branch `master`"),
    "issues.list": ({"labels": ["bug"]}, "Found a bug (open, 0 comments) — @\u200boctocat"),
    "issues.get": ({"number": 1347}, "> I'm having a problem with this.\n\nLabels: bug"),
    "issues.search": ({"query": "number index"}, "280 issues found:"),
    "issues.create": ({"title": "Found a bug"}, f"Opened [#1347]({HERE}/issues/1347)."),
    "issues.comment": ({"number": 1347, "body": "Me too"}, "issues/1347#issuecomment-1) on #1347."),
    "issues.close": ({"number": 1347}, f"[#1347]({HERE}/issues/1347) is closed."),
    "pulls.list": (
        {"state": "all"},
        "Amazing new feature (merged, new-topic → master) — @\u200boctocat",
    ),
    "pulls.merge": ({"number": 1347}, f"[#1347]({HERE}/pull/1347) is merged."),
    "files.read": ({"path": "README.md"}, "```\n# Yoga\n```"),
    "runs.list": (
        {"branch": "master"},
        "Build (waiting, master, 2020-01-22 19:33 UTC) — @\u200boctocat",
    ),
}


@pytest.mark.parametrize("operation", MANIFEST.operations)
def test_every_operation_gets_through_by_the_description(operation, prism, asking):
    arguments, words = DESCRIBED[operation]
    ask = asking(endpoint=prism, repo="octocat/Hello-World")

    answer = ask(operation, **arguments)

    assert words in answer.text
    assert answer.tainted is (MANIFEST.operations[operation].risk == "read")


@pytest.fixture
def recorded(recordings, asking):
    def made(scenario, repo):
        endpoint = recordings.play(scenario)
        return asking(endpoint=endpoint, token=RECORDED_TOKEN, repo=f"octokit-fixture-org/{repo}")

    return made


@pytest.mark.parametrize(
    ("scenario", "limit", "numbers"),
    [("list-issues", 13, range(13, 0, -1)), ("list-issues-briefly", 4, range(13, 9, -1))],
)
def test_real_pages_are_followed_as_far_as_is_asked(recorded, scenario, limit, numbers):
    answer = recorded(scenario, "paginate-issues")("issues.list", limit=limit)

    assert [issue["number"] for issue in answer.content["items"]] == list(numbers)
    assert answer.content["more"] is answer.text.endswith("There are more.") is (limit == 4)


def test_a_real_refusal_is_told_field_by_field(recorded):
    ask = recorded("refused-issue", "hello-world")

    told = ask.told("issues.create", title="foo")
    assert told == "GitHub did not accept this:\n- `color` is not valid"


def test_a_real_renaming_is_followed(recorded):
    answer = recorded("renamed", "rename-repository")("repository.get")

    assert answer.content["full_name"] == "octokit-fixture-org/rename-repository-newname"


def test_a_real_search_tells_how_many_there_are(recorded):
    answer = recorded("search", "search-issues")("issues.search", query="sesame")

    assert answer.text.startswith("2 issues found:")
    assert [issue["number"] for issue in answer.content["items"]] == [2, 1]


def test_a_new_issue_can_be_read_listed_and_searched(ask, double):
    made = ask("issues.create", title="Login fails", body="Since *today*", labels=["bug"])
    double.memory.add_issue("Another", labels=[])

    assert made.content == {"number": 1, "url": f"{HERE}/issues/1"}
    read = ask("issues.get", number=1)
    assert read.content["body"] == "Since *today*"
    assert "> Since *today*\n\nLabels: bug" in read.text
    assert str(ask.key) in double.memory.issues[0]["body"]
    assert str(ask.key) not in read.text
    for operation, query in (
        ("issues.list", {"labels": ["bug"]}),
        ("issues.search", {"query": "login"}),
    ):
        (found,) = ask(operation, **query).content["items"]
        assert (found["number"], found["title"], found["labels"]) == (1, "Login fails", ["bug"])


def test_pull_requests_are_no_issues_and_cost_nothing(ask, double):
    for number in range(3):
        double.memory.add_issue(f"Issue {number}")
        double.memory.add_pull(f"Pull {number}")

    answer = ask("issues.list", limit=3)

    titles = [issue["title"] for issue in answer.content["items"]]
    assert titles == ["Issue 2", "Issue 1", "Issue 0"]
    assert len(double.asked) == 2
    assert not answer.content["more"]


def test_an_issue_of_a_repository_called_pull_is_an_issue(ask, double):
    place = "https://github.com/octocat/pull"
    double.memory.add_issue("Bug", html_url=f"{place}/issues/1")
    double.memory.add_issue("Fix", html_url=f"{place}/pull/2")

    answer = ask("issues.list")

    assert [issue["title"] for issue in answer.content["items"]] == ["Bug"]


def test_a_listing_gives_up_among_very_many_pull_requests(ask, double):
    double.memory.add_issue("Buried")
    for number in range(20):
        double.memory.add_pull(f"Pull {number}")

    answer = ask("issues.list", limit=1)

    assert answer.text == "Nothing found.\n\nThere are more."
    assert len(double.asked) == 1 + 5 + 1


def test_issues_are_listed_by_state(ask, double):
    double.memory.add_issue("Open")
    double.memory.add_issue("Done", state="closed", comments=1)

    assert "(closed, 1 comment)" in ask("issues.list", state="closed").text
    assert len(ask("issues.list", state="all").content["items"]) == 2
    ask.locale = "zh"
    assert "（进行中，0 条评论）" in ask("issues.list").text


def test_closing_sets_a_state_and_never_closes_a_pull_request(ask, double):
    issue, pull = double.memory.add_issue("Bug"), double.memory.add_pull("Fix")

    first = ask("issues.close", number=1, reason="not_planned")
    assert ask("issues.close", number=1, reason="not_planned") == first
    assert (issue["state"], issue["state_reason"]) == ("closed", "not_planned")
    told = ask.told("issues.close", number=2)
    assert told == "#2 is a pull request, not an issue. Nothing was closed."
    assert pull["state"] == double.memory.issues[1]["state"] == "open"


def test_a_pull_request_is_listed_and_merged(ask, double):
    pull = double.memory.add_pull("Fix")
    double.memory.add_pull("Idea", draft=True)

    listed = ask("pulls.list")
    assert "Idea (open, draft, new-topic → master)" in listed.text
    ask("pulls.merge", number=1, method="squash", sha=pull["head"]["sha"])
    assert pull["merged"]
    assert double.asked[-1].body == {"merge_method": "squash", "sha": pull["head"]["sha"]}
    assert ask("pulls.merge", number=1).text == f"[#1]({HERE}/pull/1) is merged."


@pytest.mark.parametrize(
    ("changes", "arguments", "words"),
    [
        ({"draft": True}, {}, "`octocat/Hello-World#1` cannot be merged as it is"),
        ({}, {"sha": "a" * 40}, "it conflicts with its present state"),
    ],
)
def test_a_pull_request_that_cannot_be_merged_stays(changes, arguments, words, ask, double):
    pull = double.memory.add_pull("Fix", **changes)

    assert words in ask.told("pulls.merge", number=1, **arguments)
    assert not pull["merged"]


def test_runs_are_listed_by_branch(ask, double):
    double.memory.add_run(head_branch="main", status="completed", conclusion="failure")
    double.memory.add_run(head_branch="next", status="completed", conclusion="action_required")

    answer = ask("runs.list", limit=1)
    assert "Build (action required, next, 2020-01-22 19:33 UTC)" in answer.text
    assert answer.content["more"]
    ask.locale = "zh"
    assert "（失败，main，" in ask("runs.list", branch="main").text
