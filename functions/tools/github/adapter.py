"""Translates between our calls and GitHub's REST API, spoken by PyGithub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from github import Auth, BadAttributeException, Github, GithubException, RateLimitExceededException
from github.GithubObject import NotSet
from github.Repository import Repository

from switchboard.errors import BadRequestError, UnavailableError
from switchboard.sdk.adapter import Answer, Call, Connection
from switchboard.sdk.arguments import Arguments

from . import models, replies

TIMEOUT = 10
MAX_PAGES = 5  # of issues: pull requests come among them, and may be all there is
MAX_FILE = 100_000  # bytes
ENTRIES = 50  # of a folder
STRAYED = (RuntimeError, AssertionError)  # PyGithub's, when it is sent to another host
GARBLED = (ValueError, BadAttributeException)  # a reply that is not what it should be
FIND_WITHIN = timedelta(days=2)  # the tries of one call are minutes apart


class GithubAdapter:
    def __init__(self, connection: Connection) -> None:
        self._endpoint = connection["endpoint"] or "https://api.github.com"
        self._token = connection["token"].strip()
        self._default = connection["repo"]

    def run(self, call: Call, arguments: Arguments) -> Answer:
        # One more than is shown tells whether there is more
        with self._session(call, arguments, getattr(arguments, "limit", 0) + 1) as github:
            if isinstance(arguments, models.SearchIssues):
                return search_issues(github, call, arguments, self._default)
            return OPERATIONS[call.operation](self._repository(github, arguments), call, arguments)

    def find(self, call: Call, arguments: Arguments) -> Answer | None:
        with self._session(call, arguments, per_page=100) as github:
            return FINDERS[call.operation](self._repository(github, arguments), call, arguments)

    @contextmanager
    def _session(self, call: Call, arguments: Any, per_page: int) -> Iterator[Github]:
        """GitHub, with errors that are ours."""
        github = Github(
            auth=Auth.Token(self._token) if self._token else None,
            base_url=self._endpoint,
            timeout=TIMEOUT,
            retry=None,
            per_page=per_page,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
        try:
            with github:
                yield github
        except GithubException as error:
            # A limit can be a 403 that only its words tell from a refusal
            status = 429 if isinstance(error, RateLimitExceededException) else error.status
            raise replies.error_for(
                status, error.headers or {}, error.data or {}, call.say, self._subject(arguments)
            ) from error
        except (*STRAYED, *GARBLED, OSError) as error:  # OSError: requests' errors are
            raise UnavailableError(f"github: {type(error).__name__}") from error

    def _subject(self, asked: Any) -> str:
        """What a call is about: `octocat/hello-world`, with `#12` or the path of a file."""
        number, path = getattr(asked, "number", ""), getattr(asked, "path", "").strip("/")
        place = f"#{number}" if number else f"/{path}" if path else ""
        return (asked.repo or self._default) + place

    def _repository(self, github: Github, asked: Any) -> Repository:
        """Asked for, not assumed, because a repository may have been renamed: PyGithub takes the
        redirect of a write for success, and loses the query of a listing."""
        if not (asked.repo or self._default):
            raise BadRequestError("no repository given", say="no_repository")
        return github.get_repo(asked.repo or self._default)


def get_repository(repo: Repository, call: Call, asked: models.GetRepository) -> Answer:
    return replies.repository(call.say, repo)


def list_issues(repo: Repository, call: Call, asked: models.ListIssues) -> Answer:
    page = repo.requester.per_page = min(3 * asked.limit, 100)
    every = iter(repo.get_issues(state=asked.state, labels=list(asked.labels) or NotSet))
    # Told by their address: asking for `pull_request` costs a request for each that is none
    found = (one for one in islice(every, MAX_PAGES * page) if "/pull/" not in one.html_url)
    issues = list(islice(found, asked.limit + 1))
    unseen = islice(every, 1) if len(issues) < asked.limit else ()
    shown = min(len(issues), asked.limit)
    return replies.listing(call.say, "issues", [*issues, *unseen], shown, repo=repo.full_name)


def get_issue(repo: Repository, call: Call, asked: models.GetIssue) -> Answer:
    return replies.whole_issue(call.say, repo.get_issue(asked.number))


def search_issues(github: Github, call: Call, asked: models.SearchIssues, default: str) -> Answer:
    query = f"{asked.query} is:issue"
    if asked.repo or default:
        query += f" repo:{github.get_repo(asked.repo or default).full_name}"
    every = github.search_issues(query)
    issues = list(islice(every, asked.limit + 1))
    return replies.listing(call.say, "found", issues, asked.limit, count=every.totalCount)


def create_issue(repo: Repository, call: Call, asked: models.CreateIssue) -> Answer:
    body = f"{asked.body}\n\n{replies.mark(call.key)}"
    issue = repo.create_issue(asked.title, body, labels=list(asked.labels))
    return replies.done(call.say, "created", issue)


def find_issue(repo: Repository, call: Call, asked: models.CreateIssue) -> Answer | None:
    since = datetime.now(UTC) - FIND_WITHIN
    for issue in repo.get_issues(state="all", sort="created", direction="desc"):
        if issue.created_at < since:
            break
        if replies.mark(call.key) in (issue.body or ""):
            return replies.done(call.say, "created", issue)
    return None


def comment_issue(repo: Repository, call: Call, asked: models.CommentIssue) -> Answer:
    issue = repo.get_issue(asked.number)
    comment = issue.create_comment(f"{asked.body}\n\n{replies.mark(call.key)}")
    return replies.done(call.say, "commented", issue, comment=comment.html_url)


def find_comment(repo: Repository, call: Call, asked: models.CommentIssue) -> Answer | None:
    issue = repo.get_issue(asked.number)
    for comment in issue.get_comments(since=datetime.now(UTC) - FIND_WITHIN):
        if replies.mark(call.key) in (comment.body or ""):
            return replies.done(call.say, "commented", issue, comment=comment.html_url)
    return None


def close_issue(repo: Repository, call: Call, asked: models.CloseIssue) -> Answer:
    issue = repo.get_issue(asked.number)
    if "/pull/" in issue.html_url:
        raise BadRequestError("a pull request", say="is_pull", number=asked.number)
    issue.edit(state="closed", state_reason=asked.reason)
    return replies.done(call.say, "closed_now", issue)


def list_pulls(repo: Repository, call: Call, asked: models.ListPulls) -> Answer:
    pulls = list(islice(repo.get_pulls(state=asked.state), asked.limit + 1))
    return replies.listing(call.say, "pulls", pulls, asked.limit, repo=repo.full_name)


def merge_pull(repo: Repository, call: Call, asked: models.MergePull) -> Answer:
    pull = repo.get_pull(asked.number)
    if not pull.merged:
        pull.merge(merge_method=asked.method, sha=asked.sha or NotSet)
    return replies.done(call.say, "merged", pull)


def find_merge(repo: Repository, call: Call, asked: models.MergePull) -> Answer | None:
    pull = repo.get_pull(asked.number)
    return replies.done(call.say, "merged", pull) if pull.merged else None


def read_file(repo: Repository, call: Call, asked: models.ReadFile) -> Answer:
    path = asked.path.strip("/")
    found = repo.get_contents(path, ref=asked.ref or NotSet)
    if isinstance(found, list):
        return replies.listing(call.say, "folder", found, ENTRIES, repo=repo.full_name, path=path)
    if found.type != "file":
        raise BadRequestError("not a file", say="not_a_file", path=path)
    if found.size > MAX_FILE:
        raise BadRequestError("too big", say="file_too_big", path=path, limit=MAX_FILE // 1000)
    return replies.file(call, repo.full_name, path, found.decoded_content)


def list_runs(repo: Repository, call: Call, asked: models.ListRuns) -> Answer:
    branch: Any = asked.branch or NotSet  # the name of a branch will do, which the types do not say
    runs = list(islice(repo.get_workflow_runs(branch=branch), asked.limit + 1))
    return replies.listing(call.say, "runs", runs, asked.limit, repo=repo.full_name)


OPERATIONS: dict[str, Callable[[Repository, Call, Any], Answer]] = {
    "repository.get": get_repository,
    "issues.list": list_issues,
    "issues.get": get_issue,
    "issues.create": create_issue,
    "issues.comment": comment_issue,
    "issues.close": close_issue,
    "pulls.list": list_pulls,
    "pulls.merge": merge_pull,
    "files.read": read_file,
    "runs.list": list_runs,
}
FINDERS: dict[str, Callable[[Repository, Call, Any], Answer | None]] = {
    "issues.create": find_issue,
    "issues.comment": find_comment,
    "pulls.merge": find_merge,
}
