"""What GitHub's replies come to: answers in Markdown and JSON, or errors of ours."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from switchboard.errors import AppError, BadRequestError
from switchboard.sdk.adapter import Call, File, Output
from switchboard.sdk.kit import http, marks, words
from switchboard.sdk.kit.listing import bullets, listed, paragraphs

Say = Callable[..., str]
Json = dict[str, Any]

MAX_EXCERPT = 1500  # characters that a chat is shown; the answer's content has all
# GitHub's statuses and words for which `tool.yaml` has phrases; it may use others
SAYS = {status: f"status_{status}" for status in (401, 403, 404, 405, 409, 410)}
PROBLEMS = {"missing", "missing_field", "invalid", "already_exists", "unprocessable"}
RUN_STATES = {"queued", "in_progress", "success", "failure", "cancelled", "skipped", "timed_out"}
MERGE_STATES = {"behind", "blocked", "clean", "dirty", "draft", "has_hooks", "unstable"}
"""GitHub's, which its REST API only calls a string (GraphQL reference, MergeStateStatus)."""
SHORT = 7  # characters of a commit's name that people read
UNPROCESSABLE = 422


def error_for(status: int, headers: Json, body: Any, say: Say, about: str) -> AppError:
    """Ours for GitHub's. Its own words are shown only where they say what is wrong with a call."""
    status = http.status_of(status, headers)
    if status == UNPROCESSABLE:
        found = body.get("errors") or [body.get("message") or "?"]
        problems = bullets(_problem(say, error) for error in found)
        return BadRequestError("the vendor answered 422", say="invalid", problems=problems)
    return http.error_for(status, http.wait_of(headers), SAYS, subject=about)


def _problem(say: Say, error: Json | str) -> str:
    if isinstance(error, str):
        return words.plain(error, MAX_EXCERPT)
    field = error.get("field") or error.get("resource") or "?"
    if error.get("code") in PROBLEMS:
        return say(f"problem_{error['code']}", field=field)
    told = str(error.get("message") or error.get("code") or "?")
    return say("problem_other", field=field, words=words.plain(told, MAX_EXCERPT))


def repository(say: Say, repo: Any) -> Output:
    found = {
        "full_name": repo.full_name,
        "url": repo.html_url,
        "description": repo.description,
        "default_branch": repo.default_branch,
        "private": repo.private,
        "archived": repo.archived,
        "stars": repo.stargazers_count,
        "open_items": repo.open_issues_count,
    }
    kinds = [say(kind) for kind in ("private", "archived") if found[kind]]
    facts = [say("stars", count=found["stars"]), say("open_items", count=found["open_items"])]
    facts.append(say("branch", branch=found["default_branch"]))
    head = f"[{found['full_name']}]({found['url']}){_aside(say, kinds)}"
    about = words.quoted(words.plain(found["description"] or ""), MAX_EXCERPT)
    return Output(text=paragraphs(head, about, say("and").join(facts)), content=found)


def whole_issue(say: Say, issue: Any) -> Output:
    found = _issue_of(issue) | {"body": marks.unmarked(issue.body)}
    labels = ", ".join(map(words.plain, found["labels"]))
    named = labels and say("labels", labels=labels)
    body = words.quoted(found["body"], MAX_EXCERPT)
    return Output(text=paragraphs(_issue(say, found), body, named), content=found)


def file(call: Call, repo: str, path: str, raw: bytes) -> Output:
    """A text file: its beginning to read and, when there is more, the whole attached."""
    text = raw.decode(errors="surrogateescape")
    if re.search("[\0\udc80-\udcff]", text):
        raise BadRequestError("not text", say="binary", path=path)
    heading = call.say("file", path=path, repo=repo, size=words.size(len(raw)))
    shown = paragraphs(heading, words.fenced(text, MAX_EXCERPT))
    content = {"repo": repo, "path": path, "size": len(raw), "text": text}
    if len(text) <= MAX_EXCERPT:
        return Output(text=shown, content=content)
    whole = call.workdir / "file"
    whole.write_bytes(raw)
    attached = File(path.rpartition("/")[2], "text/plain", whole)
    text = paragraphs(shown, call.say("rest_attached"))
    return Output(text=text, content=content, files=(attached,))


def issues(say: Say, head: str, things: Iterable[Any], limit: int, *, unseen: bool) -> Output:
    """`unseen`: there may be more issues behind those that were looked at."""
    found = map(_issue_of, things)
    return listed(say, head, found, limit, partial(_issue, say), unseen=unseen)


def pulls(say: Say, head: str, things: Iterable[Any], limit: int) -> Output:
    return listed(say, head, map(_pull_of, things), limit, partial(_pull, say))


def runs(say: Say, head: str, things: Iterable[Any], limit: int) -> Output:
    return listed(say, head, map(_run_of, things), limit, partial(_run, say))


def folder(say: Say, head: str, things: Iterable[Any], limit: int) -> Output:
    entries = ({"name": one.name, "type": one.type, "size": one.size} for one in things)
    return listed(say, head, entries, limit, partial(_entry, say))


def done(say: Say, phrase: str, thing: Any, **more: str) -> Output:
    """What was done, without a word of anybody else's."""
    content = {"number": thing.number, "url": thing.html_url} | more
    link = f"[#{thing.number}]({thing.html_url})"
    return Output(text=say(phrase, link=link, **content), content=content, tainted=False)


def closing(say: Say, issue: Any, reason: str) -> Output:
    """What closing it would do."""
    why = say(f"reason_{reason}")
    again = issue.state != "open"
    told = say("closes_again", reason=why) if again else say("closes", reason=why)
    return Output(text=paragraphs(_issue(say, _issue_of(issue)), told))


def merging(say: Say, pull: Any, method: str) -> Output:
    """What merging it would do, of just the commit that is its newest now."""
    sha, state = pull.head.sha, pull.mergeable_state
    notes = [
        say("merges", count=pull.commits, sha=sha[:SHORT], how=say(f"method_{method}")),
        say(f"merge_{state}" if state in MERGE_STATES else "merge_unknown"),
    ]
    text = paragraphs(_pull(say, _pull_of(pull)), bullets(notes))
    return Output(text=text, shown=sha)


def _issue_of(issue: Any) -> Json:
    return {
        "number": issue.number,
        "title": issue.title,
        "url": issue.html_url,
        "state": issue.state,
        "comments": issue.comments,
        "user": _login(issue.user),
        "labels": [label.name for label in issue.labels],
        "created_at": _time(issue.created_at),
    }


def _pull_of(pull: Any) -> Json:
    return {
        "number": pull.number,
        "title": pull.title,
        "url": pull.html_url,
        "state": pull.state,
        "draft": pull.draft,
        "user": _login(pull.user),
        "head": pull.head.ref,
        "base": pull.base.ref,
        "created_at": _time(pull.created_at),
        "merged_at": _time(pull.merged_at),
    }


def _run_of(run: Any) -> Json:
    return {
        "number": run.run_number,
        "title": run.name,
        "url": run.html_url,
        "status": run.status,
        "conclusion": run.conclusion,
        "branch": run.head_branch,
        "user": _login(run.actor),
        "created_at": _time(run.created_at),
    }


def _login(user: Any) -> str | None:
    """A deleted account leaves no user behind."""
    return user.login if user else None


def _time(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _issue(say: Say, found: Json) -> str:
    comments = say("comments", count=found["comments"])
    return _line(found, _aside(say, [say(f"state_{found['state']}"), comments]))


def _pull(say: Say, found: Json) -> str:
    state = "merged" if found["merged_at"] else found["state"]
    told = [say(f"state_{state}"), *([say("draft")] if found["draft"] else [])]
    branches = f"{words.plain(found['head'])} → {words.plain(found['base'])}"
    return _line(found, _aside(say, [*told, branches]))


def _run(say: Say, found: Json) -> str:
    state = found["conclusion"] or found["status"] or "?"
    told = say(f"run_{state}") if state in RUN_STATES else words.plain(state.replace("_", " "))
    when = (found["created_at"] or "")[:16].replace("T", " ") + " UTC"
    return _line(found, _aside(say, [told, words.plain(found["branch"] or "?"), when]))


def _entry(say: Say, found: Json) -> str:
    if found["type"] == "dir":
        return words.code(f"{found['name']}/")
    return words.code(found["name"]) + _aside(say, [words.size(found["size"])])


def _line(found: Json, aside: str) -> str:
    user = words.plain(f"@{found['user'] or 'ghost'}")  # as GitHub calls a deleted account
    title = words.plain(found["title"] or "")
    return f"[#{found['number']}]({found['url']}) {title}{aside} — {user}"


def _aside(say: Say, told: list[str]) -> str:
    return say("aside", words=say("and").join(told)) if told else ""
