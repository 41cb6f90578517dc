"""Translates between our calls and GitHub's REST API, spoken by PyGithub."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from functools import reduce
from itertools import islice
from json import JSONDecodeError
from typing import Any

from github import Auth, BadAttributeException, Github, GithubException, RateLimitExceededException
from github.GithubObject import NotSet
from github.Issue import Issue
from github.PullRequest import PullRequest
from github.Repository import Repository

from switchboard.adapter import Answer, Call, Connection
from switchboard.arguments import Arguments
from switchboard.errors import AppError, BadRequestError, NotAllowedError, RateLimitedError
from switchboard.errors import RejectedError, UnavailableError

from . import models, render
from .render import Json

TIMEOUT = 10
MAX_PAGES = 5  # of issues: pull requests come among them, and may be all there is
MAX_FILE = 100_000  # bytes
MAX_ENTRIES = 50  # of a folder
FIND_WITHIN = timedelta(days=2)  # the tries of one call are minutes apart
UNTOLD_WAIT = 60.0  # seconds; GitHub's own advice for a limit that names no time
REFUSALS: dict[int, tuple[type[RejectedError], str]] = {
    401: (NotAllowedError, "bad_token"),
    403: (NotAllowedError, "forbidden"),
    404: (BadRequestError, "not_found"),
    405: (BadRequestError, "not_mergeable"),
    409: (BadRequestError, "conflict"),
    410: (BadRequestError, "gone"),
}


class GithubAdapter:
    def __init__(self, connection: Connection) -> None:
        self._endpoint = connection["endpoint"] or "https://api.github.com"
        self._token = connection["token"].strip()
        self._default = connection["repo"]
        self._operations: dict[str, Callable[[Github, Call, Any], Answer]] = {
            "repository.get": self._get_repository,
            "issues.list": self._list_issues,
            "issues.get": self._get_issue,
            "issues.search": self._search_issues,
            "issues.create": self._create_issue,
            "issues.comment": self._comment,
            "issues.close": self._close_issue,
            "pulls.list": self._list_pulls,
            "pulls.merge": self._merge_pull,
            "files.read": self._read_file,
            "runs.list": self._list_runs,
        }
        self._finders: dict[str, Callable[[Github, Call, Any], Answer | None]] = {
            "issues.create": self._find_issue,
            "issues.comment": self._find_comment,
            "pulls.merge": self._find_merge,
        }

    def run(self, call: Call, arguments: Arguments) -> Answer:
        with self._github(call, arguments) as github:
            # One more than is shown tells whether there is more
            github.per_page = getattr(arguments, "limit", 0) + 1
            return self._operations[call.operation](github, call, arguments)

    def find(self, call: Call, arguments: Arguments) -> Answer | None:
        with self._github(call, arguments) as github:
            github.per_page = 100
            return self._finders[call.operation](github, call, arguments)

    @contextmanager
    def _github(self, call: Call, arguments: Any) -> Iterator[Github]:
        """A session with GitHub in which its errors are ours."""
        github = Github(
            auth=Auth.Token(self._token) if self._token else None,
            base_url=self._endpoint,
            timeout=TIMEOUT,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
        number, path = getattr(arguments, "number", ""), getattr(arguments, "path", "").strip("/")
        place = f"#{number}" if number else f"/{path}" if path else ""
        try:
            with github:
                yield github
        except GithubException as error:
            raise _ours(error, call, (arguments.repo or self._default) + place) from error
        except (OSError, JSONDecodeError, BadAttributeException) as error:  # requests': OSErrors
            raise UnavailableError(f"github: {type(error).__name__}") from error
        except (RuntimeError, AssertionError) as error:  # PyGithub's, when sent to another host
            raise UnavailableError("github redirected elsewhere") from error

    def _repository(self, github: Github, asked: Any) -> Repository:
        """Asked for, not assumed, because a repository may have been renamed: PyGithub takes the
        redirect of a write for success, and loses the query of a listing."""
        if not (asked.repo or self._default):
            raise BadRequestError("no repository given", say="no_repository")
        return github.get_repo(asked.repo or self._default)

    def _get_repository(self, github: Github, call: Call, asked: models.GetRepository) -> Answer:
        return render.repository(
            call.say, _picked(self._repository(github, asked), render.REPOSITORY)
        )

    def _list_issues(self, github: Github, call: Call, asked: models.ListIssues) -> Answer:
        repo = self._repository(github, asked)
        github.per_page = min(3 * asked.limit, 100)
        every = iter(repo.get_issues(state=asked.state, labels=list(asked.labels)))
        window = islice(every, MAX_PAGES * github.per_page)
        issues, more = _first(
            asked.limit, (one for one in window if not _is_pull(one)), render.ISSUE
        )
        more = more or (len(issues) < asked.limit and next(every, None) is not None)
        heading = call.say("issues_of", repo=repo.full_name)
        return render.listing(call.say, heading, map(render.issue, issues), more=more)

    def _get_issue(self, github: Github, call: Call, asked: models.GetIssue) -> Answer:
        issue = self._repository(github, asked).get_issue(asked.number)
        return render.whole_issue(call.say, _picked(issue, render.WHOLE_ISSUE))

    def _search_issues(self, github: Github, call: Call, asked: models.SearchIssues) -> Answer:
        query = f"{asked.query} is:issue"
        if asked.repo or self._default:
            query += f" repo:{self._repository(github, asked).full_name}"
        every = github.search_issues(query)
        issues, more = _first(asked.limit, every, render.ISSUE)
        heading = call.say("issues_found", count=every.totalCount)
        return render.issues(call.say, heading, issues, more=more)

    def _create_issue(self, github: Github, call: Call, asked: models.CreateIssue) -> Answer:
        body = render.marked(asked.body, call.key)
        repo = self._repository(github, asked)
        issue = repo.create_issue(asked.title, body, labels=list(asked.labels))
        return _done(call, "created", issue)

    def _find_issue(self, github: Github, call: Call, asked: models.CreateIssue) -> Answer | None:
        since = datetime.now(UTC) - FIND_WITHIN
        repo = self._repository(github, asked)
        for issue in repo.get_issues(state="all", sort="created", direction="desc"):
            if issue.created_at < since:
                break
            if render.mark(call.key) in (issue.body or ""):
                return _done(call, "created", issue)
        return None

    def _comment(self, github: Github, call: Call, asked: models.CommentIssue) -> Answer:
        issue = self._repository(github, asked).get_issue(asked.number)
        comment = issue.create_comment(render.marked(asked.body, call.key))
        return render.commented(call.say, asked.number, comment.html_url)

    def _find_comment(
        self, github: Github, call: Call, asked: models.CommentIssue
    ) -> Answer | None:
        issue = self._repository(github, asked).get_issue(asked.number)
        for comment in issue.get_comments(since=datetime.now(UTC) - FIND_WITHIN):
            if render.mark(call.key) in (comment.body or ""):
                return render.commented(call.say, asked.number, comment.html_url)
        return None

    def _close_issue(self, github: Github, call: Call, asked: models.CloseIssue) -> Answer:
        issue = self._repository(github, asked).get_issue(asked.number)
        if _is_pull(issue):
            raise BadRequestError("a pull request", say="is_pull", number=asked.number)
        issue.edit(state="closed", state_reason=asked.reason)
        return _done(call, "closed_now", issue)

    def _list_pulls(self, github: Github, call: Call, asked: models.ListPulls) -> Answer:
        repo = self._repository(github, asked)
        pulls, more = _first(asked.limit, repo.get_pulls(state=asked.state), render.PULL)
        heading = call.say("pulls_of", repo=repo.full_name)
        return render.pulls(call.say, heading, pulls, more=more)

    def _merge_pull(self, github: Github, call: Call, asked: models.MergePull) -> Answer:
        pull = self._repository(github, asked).get_pull(asked.number)
        if not pull.merged:
            pull.merge(merge_method=asked.method, sha=asked.sha or NotSet)
        return _done(call, "merged", pull)

    def _find_merge(self, github: Github, call: Call, asked: models.MergePull) -> Answer | None:
        pull = self._repository(github, asked).get_pull(asked.number)
        return _done(call, "merged", pull) if pull.merged else None

    def _read_file(self, github: Github, call: Call, asked: models.ReadFile) -> Answer:
        repo = self._repository(github, asked)
        found = repo.get_contents(asked.path.strip("/"), ref=asked.ref or NotSet)
        if isinstance(found, list):
            entries, more = _first(MAX_ENTRIES, found, render.FILE)
            heading = call.say("folder_of", path=asked.path.strip("/") or "/", repo=repo.full_name)
            return render.folder(call.say, heading, entries, more=more)
        file = _picked(found, render.FILE)
        if file["type"] != "file":
            raise BadRequestError("not a file", say="not_a_file", path=file["path"])
        if file["size"] > MAX_FILE:
            raise BadRequestError(
                "too big", say="file_too_big", path=file["path"], limit=MAX_FILE // 1000
            )
        return render.file(call, repo.full_name, file, found.decoded_content)

    def _list_runs(self, github: Github, call: Call, asked: models.ListRuns) -> Answer:
        repo = self._repository(github, asked)
        every = repo.get_workflow_runs(branch=asked.branch or NotSet)
        runs, more = _first(asked.limit, every, render.RUN)
        heading = call.say("runs_of", repo=repo.full_name)
        return render.runs(call.say, heading, runs, more=more)


def _first(
    limit: int, things: Iterable[object], fields: Mapping[str, str]
) -> tuple[list[Json], bool]:
    """At most `limit` things, and whether there are more."""
    taken = [_picked(thing, fields) for thing in islice(things, limit + 1)]
    return taken[:limit], len(taken) > limit


def _picked(thing: object, fields: Mapping[str, str]) -> Json:
    """The attributes of a PyGithub object that we show, each named by its path."""
    return {name: reduce(_attribute, path.split("."), thing) for name, path in fields.items()}


def _attribute(thing: Any, name: str) -> Any:
    """Null-safe, since a deleted account leaves no user behind; and JSON, so no datetimes."""
    if isinstance(thing, list):
        return [getattr(one, name) for one in thing]
    value = getattr(thing, name, None)
    return value.isoformat() if isinstance(value, datetime) else value


def _is_pull(issue: Issue) -> bool:
    """Told by its address: asking for `pull_request` costs a request for each that is none."""
    return "/pull/" in issue.html_url


def _done(call: Call, phrase: str, thing: Issue | PullRequest) -> Answer:
    return render.done(call.say, phrase, _picked(thing, render.LINK))


def _ours(error: GithubException, call: Call, subject: str) -> AppError:
    status, headers = error.status, error.headers or {}
    limited = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if (
        status == 429
        or (status == 403 and limited)
        or isinstance(error, RateLimitExceededException)
    ):
        return RateLimitedError(f"github answered {status}", retry_after=_wait(headers))
    if status >= 500:
        return UnavailableError(f"github answered {status}")
    if status == 422:
        problems = render.problems(call.say, error.data or {})
        return BadRequestError("github answered 422", say="invalid", problems=problems)
    kind, say = REFUSALS.get(status, (BadRequestError, "refused"))
    return kind(f"github answered {status}", say=say, subject=subject)


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds until GitHub listens again, by its own clock."""
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    now = parsedate_tz(headers.get("date", ""))
    if after.isdigit():
        return max(1.0, float(after))
    return max(1.0, float(reset) - mktime_tz(now)) if reset.isdigit() and now else UNTOLD_WAIT
