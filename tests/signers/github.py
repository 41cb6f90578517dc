"""GitHub's webhooks: the events that people subscribe to, with the fields that matter."""

import hmac
from collections.abc import Mapping
from typing import Any

from tests.kit import webhooks
from tests.signers.saying import Said, saying

VALUES = {"secret": "It's a Secret to Everybody, even longer"}
SENDER = "user:{}".format
WHEN = "2026-01-01T00:00:00Z"


def _opened(one: Said) -> dict[str, Any]:
    """Somebody opens an issue with this title: an event, which nobody says to us."""
    return opened(one.text, number=one.number, chat=one.chat, user=one.user)


def opened(title: str, *, number: int = 1, chat: int = 1, user: int = 1) -> dict[str, Any]:
    about = {"id": 1000 * chat + number, "number": number, "title": title}
    issue = {**about, "html_url": f"https://github.com/Example/repo{chat}/issues/{number}"}
    return {"action": "opened", "issue": issue, **_common(chat, user)}


def asked(title: str, *, number: int = 1, reviewer: int = 583231, at: str = WHEN) -> dict[str, Any]:
    """A review is asked of octocat."""
    about = {"id": number, "number": number, "title": title, "updated_at": at}
    pull = {**about, "html_url": f"https://github.com/Example/repo1/pull/{number}"}
    found = {"action": "review_requested", "pull_request": pull, **_common(1, 1)}
    return {**found, "requested_reviewer": {"id": reviewer, "login": "octocat", "type": "User"}}


def ended(name: str, conclusion: str = "failure", *, attempt: int = 1) -> dict[str, Any]:
    """A workflow has been run."""
    url = "https://github.com/Example/repo1/actions/runs/30433642"
    run = {"id": 30433642, "run_number": 562, "run_attempt": attempt, "name": name, "html_url": url}
    about = {**run, "status": "completed", "conclusion": conclusion}
    return {"action": "completed", "workflow_run": about, **_common(1, 1)}


def signed(found: Any, *, now: float = 0, values: Mapping[str, str] = VALUES) -> Any:
    """The same at any time: the signature is of the body alone."""
    body = webhooks.encoded(found)
    digest = hmac.new(values["secret"].encode(), body, "sha256").hexdigest()
    form = {"content-type": webhooks.FORM} if body.startswith(b"payload=") else {}
    sent = {"x-github-event": "issues", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"}
    headers = {"x-hub-signature-256": f"sha256={digest}", **sent, **form}
    return webhooks.event("github/main", body, headers)


def _common(chat: int, user: int) -> dict[str, Any]:
    sender = {"id": user, "login": f"user{user}", "type": "User"}
    return {"sender": sender, "repository": {"id": chat, "full_name": f"Example/repo{chat}"}}


message = saying(_opened, signed, VALUES)
UNSIGNED = {"stale", "missing", "odd"}  # neither a time nor the headers that name the event
PING = {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {"type": "Repository"}}
HANDSHAKES = [signed({**PING, **_common(1, 1)})]
IGNORED = [
    ended("CI", "success"),
    ended("CI", "cancelled"),
    {**opened("x"), "action": "closed"},
    {**opened("x"), "action": ["opened"]},
    {**opened("x"), "action": "completed"},
    {**asked("x"), "action": "opened"},
    {"action": "completed", "workflow_job": {"id": 1, "conclusion": "failure"}},
    {"action": "created", "comment": {"id": 1}, "issue": {"id": 1}},
    {"ref": "refs/heads/main", "commits": []},
    {"action": "opened"},
    {},
]
EVENTS = [opened("It broke"), asked("Mend it"), ended("CI")]


def _otherwise(part: str, name: str, *values: Any) -> list[dict[str, Any]]:
    """An opened issue with each of these values in place of one."""
    found = opened("x")
    return [{**found, part: {**found[part], name: value}} for value in values]


URLS = ["http://github.com/a", "javascript:x", "https://a.example/b)c", "https://a/b c", "https://"]
REPOSITORIES = ["", "repo", "a/b/c", "a/b\n", "a/b c", "../..x/y", 5, None]
MALFORMED = [
    *(b"payload=", b"payload=%7B", b"payload=\xff", b"payload=a&" * 9),
    *_otherwise("issue", "html_url", *URLS, 5),
    *_otherwise("sender", "login", "a b", "**a**", "x" * 101, 5),
    *_otherwise("repository", "full_name", *REPOSITORIES),
]
OTHERS = {}
"""It tells of events, which answer nothing."""
