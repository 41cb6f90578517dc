"""What the GitHub tool makes of a world that fails it, of wrong calls, and of hostile words."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from switchboard.errors import BadRequestError, NotAllowedError, RateLimitedError, UnavailableError
from tests.servers.github_double import Fault

pytest_plugins = ["tests.servers.github_servers"]

WRITES = {
    "issues.create": ("POST", {"title": "Login fails"}),
    "issues.comment": ("POST", {"number": 1, "body": "Me too"}),
    "pulls.merge": ("PUT", {"number": 2}),
}
LOST = {
    "5xx": Fault(502, effect=True),
    "dropped": Fault(effect=True, drop=True),
    "garbled": Fault(200, '{"number": ', effect=True),
}
PRIMARY = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": "1798761690",
    "date": "Fri, 01 Jan 2027 00:00:00 GMT",
}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait."}
LIMITS = [
    (Fault(403, {"message": "API rate limit exceeded for user ID 1."}, PRIMARY), 90),
    (Fault(429, {"message": "Too many requests"}, PRIMARY), 90),
    (Fault(403, SECONDARY, {"retry-after": "17"}), 17),
    (Fault(403, SECONDARY), 60),
    (Fault(429, "", {"retry-after": "0"}), 1),
]
REFUSALS = [
    (401, {"message": "Bad credentials"}, NotAllowedError, "does not accept this workspace"),
    (403, {"message": "Resource not accessible"}, NotAllowedError, "the token's permissions"),
    (404, {"message": "Not Found"}, BadRequestError, "GitHub has no `octocat/Hello-World#1`"),
    (410, {"message": "Issues are disabled"}, BadRequestError, "is gone from GitHub"),
    (451, {"message": "Unavailable for legal reasons"}, BadRequestError, "GitHub refused this"),
]


@pytest.fixture
def effects(double):
    """How often each write has happened."""
    double.memory.add_issue("Bug")
    double.memory.add_pull("Fix")

    def count(operation):
        return {
            "issues.create": len(double.memory.issues) - 2,
            "issues.comment": len(double.memory.comments[1]),
            "pulls.merge": int(double.memory.pulls[2]["merged"]),
        }[operation]

    return count


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.parametrize("operation", WRITES)
def test_an_effect_whose_answer_was_lost_is_found_again(operation, fault, ask, double, effects):
    method, arguments = WRITES[operation]
    double.break_next(method, fault)

    with pytest.raises(UnavailableError):
        ask(operation, **arguments)
    found = ask.find(operation, **arguments)

    assert effects(operation) == 1
    assert found.text
    assert not found.tainted


@pytest.mark.parametrize("fault", [Fault(503, ""), Fault(drop=True)], ids=["5xx", "dropped"])
@pytest.mark.parametrize("operation", WRITES)
def test_what_did_not_happen_is_not_found_and_can_be_done(operation, fault, ask, double, effects):
    method, arguments = WRITES[operation]
    double.break_next(method, fault)

    with pytest.raises(UnavailableError):
        ask(operation, **arguments)

    assert ask.find(operation, **arguments) is None
    assert effects(operation) == 0
    done = ask(operation, **arguments)
    assert effects(operation) == 1
    assert ask.find(operation, **arguments) == done


@pytest.mark.parametrize("operation", ["issues.create", "issues.comment"])
def test_the_same_words_of_another_call_are_not_taken_for_this_one(operation, ask, effects):
    arguments = WRITES[operation][1]
    ask(operation, **arguments)

    ask.key = uuid4()

    assert ask.find(operation, **arguments) is None


@pytest.mark.parametrize("days", [0, 3, 29])
def test_a_mark_is_found_on_a_closed_issue_behind_newer_ones_since_it_was_asked_for(
    days, ask, double
):
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
    ask.since = asked - timedelta(hours=1)
    old = {"created_at": "2020-01-01T00:00:00Z"}
    for number in range(120):
        double.memory.add_issue(f"Old {number}", **old)
    ask("issues.create", title="Mine")
    double.memory.issues[-1] |= {"state": "closed", "created_at": f"{asked:%Y-%m-%dT%H:%M:%SZ}"}
    for number in range(130):
        double.memory.add_issue(f"New {number}")
    double.asked.clear()

    assert ask.find("issues.create", title="Mine").content["number"] == 121
    ask.key = uuid4()
    assert ask.find("issues.create", title="Mine") is None
    # The repository and two pages of a hundred each, twice: the old third is never read
    assert len(double.asked) == 6


@pytest.mark.parametrize(("fault", "seconds"), LIMITS)
def test_a_limit_says_when_to_come_back(fault, seconds, ask, double):
    double.break_next("GET", fault)

    with pytest.raises(RateLimitedError) as caught:
        ask("repository.get")
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal[0])
def test_a_refusal_is_told_in_our_own_words(refusal, ask, double):
    status, body, kind, words = refusal
    double.break_next("GET", Fault(status, body))

    with pytest.raises(kind) as caught:
        ask("issues.get", number=1)
    assert words in ask.words(caught.value)
    assert body["message"] not in ask.words(caught.value) + str(caught.value)


def test_problems_are_told_one_by_one_in_both_languages(ask, double):
    problems = [
        {"resource": "Issue", "field": "title", "code": "missing_field"},
        {"resource": "Issue", "field": "milestone", "code": "custom", "message": "[Too] `late`"},
        {"resource": "Label", "code": "already_exists"},
        "A plain sentence",
    ]
    late = "\\[Too\\] \\`late\\`"
    told = {
        "en": f"- `title` is missing\n- `milestone`: {late}\n- `Label` exists already",
        "zh": f"- 缺少 `title`\n- `milestone`：{late}\n- `Label` 已存在",
    }
    for ask.locale, words in told.items():
        double.break_next("POST", Fault(422, {"message": "Validation Failed", "errors": problems}))

        said = ask.told("issues.create", title="x").partition("\n")[2]
        assert said == f"{words}\n- A plain sentence"


@pytest.mark.parametrize(
    ("body", "words"), [({"message": "Sorry"}, "- Sorry"), ({"errors": []}, "- ?"), ("", "- ?")]
)
def test_a_refusal_without_particulars_is_still_told(body, words, ask, double):
    double.break_next("POST", Fault(422, body))

    assert ask.told("issues.create", title="x").endswith(words)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_wrong_or_missing_token_is_refused(token, double, asking):
    double.token = "another"
    ask = asking(endpoint=double.url, repo="octocat/Hello-World", token=token)

    assert "token" in ask.told("issues.create", title="x")


def test_what_was_renamed_is_listed_under_its_new_name(ask, double):
    double.memory.add_issue("Done", state="closed")

    answer = ask("issues.list", repo="octocat/old-name", state="closed")

    assert [issue["title"] for issue in answer.content["items"]] == ["Done"]
    assert "octocat/Hello-World" in answer.text


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("issues.create", {"title": "New"}),
        ("issues.comment", {"number": 1, "body": "x"}),
        ("issues.close", {"number": 1}),
        ("pulls.merge", {"number": 1}),
    ],
)
def test_what_was_asked_for_one_repository_does_not_happen_in_another(
    operation, arguments, ask, double
):
    double.memory.add_issue("One")

    told = ask.told(operation, repo="octocat/old-name", **arguments)

    assert "`octocat/old-name` is called `octocat/Hello-World` now" in told
    assert {one.method for one in double.asked} == {"GET"}


@pytest.mark.parametrize(
    ("operation", "arguments"), [("issues.comment", {"body": "x"}), ("issues.close", {})]
)
def test_what_was_asked_of_an_issue_does_not_happen_where_it_was_transferred(
    operation, arguments, ask, double
):
    number = double.memory.add_issue("Gone")["number"]
    double.transferred.add(str(number))

    told = ask.told(operation, number=number, **arguments)

    assert f"has moved to `octocat/Another#{number}`" in told
    assert {one.method for one in double.asked} == {"GET"}
    assert "Gone" in ask("issues.get", number=number).text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_redirect_leads_to_another_host(scheme, ask, double):
    elsewhere = double.url.replace("127.0.0.1", "localhost").replace("http", scheme, 1)
    double.break_next("GET", Fault(301, {}, {"location": f"{elsewhere}/repositories/1"}))

    with pytest.raises(UnavailableError):
        ask("repository.get")
    assert len(double.asked) == 1


def test_no_page_is_fetched_from_another_host(ask, double):
    link = '<https://evil.example/issues?page=2>; rel="next"'
    double.memory.add_issue("Bug")
    double.break_next("GET", Fault(200, double.memory.get_repository(None)[1]))
    double.break_next("GET", Fault(200, double.memory.issues, {"link": link}))

    with pytest.raises(UnavailableError):
        ask("issues.list")
    assert len(double.asked) == 2


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_call_without_a_repository_asks_for_one(locale, double, asking):
    ask = asking(endpoint=double.url)
    ask.locale = locale

    assert "owner/name" in ask.told("issues.list")
    assert double.asked == []
    assert ask("issues.search", query="anything").text.startswith(("Nothing", "没有"))


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("repository.get", {"repo": "octocat/.."}),
        ("repository.get", {"repo": "octocat/a/b"}),
        ("repository.get", {"repo": "../user"}),
        ("files.read", {"path": "../../../user"}),
        ("files.read", {"path": "docs/./x"}),
        ("issues.list", {"limit": 51}),
        ("issues.list", {"state": "merged"}),
        ("issues.get", {"number": 0}),
        ("issues.create", {"title": "x", "assignee": "me"}),
        ("pulls.merge", {"number": 1, "sha": "HEAD"}),
    ],
)
def test_arguments_that_would_lead_astray_are_refused(operation, arguments, ask, double):
    with pytest.raises(ValidationError):
        ask(operation, **arguments)
    assert double.asked == []


def test_other_peoples_words_make_no_links_and_no_headings(ask, double):
    title = "See [this](http://evil.example)\n# <b>`now`</b>"
    double.memory.add_issue(title, user=None, body="a\n# b")

    answer = ask("issues.get", number=1)

    head, _, body = answer.text.partition("\n\n")
    assert "See \\[this\\](http://evil.example) \\# \\<b\\>\\`now\\`\\</b\\> (" in head
    assert head.endswith("— @\u200bghost")
    assert body == "> a\n> # b"
    assert answer.content["title"] == title
    assert answer.tainted
