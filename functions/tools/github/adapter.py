"""Translates between our calls and GitHub's REST API, spoken by PyGithub."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from github import Auth, BadAttributeException, Github, GithubException, RateLimitExceededException
from github.GithubObject import NotSet
from github.Issue import Issue
from github.Repository import Repository

from switchboard.errors import BadRequestError, UnavailableError, UnclearError
from switchboard.sdk.adapter import Adapter, Call, Output
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.kit import marks

from . import models, replies

TIMEOUT = 10
MAX_PAGES = 5  # of issues: pull requests come among them, and may be all there is
MAX_FILE = 100_000  # bytes
ENTRIES = 50  # of a folder
STRAYED = (RuntimeError, AssertionError)  # PyGithub's, when it is sent to another host
# What PyGithub makes of a reply that is not what it should be, such as a list for an error's facts
GARBLED = (AttributeError, TypeError, ValueError, BadAttributeException)


class GithubAdapter(Adapter):
    @contextmanager
    def translated(self, call: Call, arguments: Arguments) -> Iterator[None]:
        try:
            yield
        except GithubException as error:
            # A limit can be a 403 that only its words tell from a refusal
            status = 429 if isinstance(error, RateLimitExceededException) else error.status
            raise replies.error_for(
                status, error.headers or {}, error.data or {}, call.say, _subject(call, arguments)
            ) from error
        except (*STRAYED, *GARBLED, OSError) as error:  # OSError: requests' errors are
            raise UnavailableError(f"github: {type(error).__name__}") from error

    def repository_get(self, call: Call, arguments: models.GetRepository) -> Output:
        with _repository(call, arguments) as repo:
            return replies.repository(call.say, repo)

    def issues_list(self, call: Call, arguments: models.ListIssues) -> Output:
        limit, page = arguments.limit, min(3 * arguments.limit, 100)
        with _repository(call, arguments, per_page=page) as repo:
            labels = list(arguments.labels) or NotSet
            every = iter(repo.get_issues(state=arguments.state, labels=labels))
            # Told by their address: asking for `pull_request` costs a request for each that is none
            found = (one for one in islice(every, MAX_PAGES * page) if not _is_pull(one))
            issues = list(islice(found, limit + 1))
            unseen = len(issues) < limit and bool(list(islice(every, 1)))
            head = call.say("issues", repo=repo.full_name)
            return replies.issues(call.say, head, issues, limit, unseen=unseen)

    def issues_get(self, call: Call, arguments: models.GetIssue) -> Output:
        with _repository(call, arguments) as repo:
            return replies.whole_issue(call.say, repo.get_issue(arguments.number))

    def issues_search(self, call: Call, arguments: models.SearchIssues) -> Output:
        name = _asked(call, arguments)
        with _session(call, arguments.limit + 1) as github:
            within = f" repo:{github.get_repo(name).full_name}" if name else ""
            every = github.search_issues(f"{arguments.query} is:issue{within}")
            issues = list(islice(every, arguments.limit + 1))
            head = call.say("found", count=every.totalCount)
            return replies.issues(call.say, head, issues, arguments.limit, unseen=False)

    def issues_create(self, call: Call, arguments: models.CreateIssue) -> Output:
        body = marks.marked(arguments.body, call.key)
        with _named_repository(call, arguments) as repo:
            issue = repo.create_issue(arguments.title, body, labels=list(arguments.labels))
            call.happened()
            return replies.done(call.say, "created", issue)

    def find_issues_create(self, call: Call, arguments: models.CreateIssue) -> Output | None:
        with _repository(call, arguments, per_page=100) as repo:
            for issue in repo.get_issues(state="all", sort="created", direction="desc"):
                if issue.created_at < call.since:
                    break
                if marks.carries(issue.body, call.key):
                    return replies.done(call.say, "created", issue)
        return None

    def issues_comment(self, call: Call, arguments: models.CommentIssue) -> Output:
        body = marks.marked(arguments.body, call.key)
        with _named_repository(call, arguments) as repo:
            issue = _named_issue(repo, arguments.number)
            comment = issue.create_comment(body)
            call.happened()
            return replies.done(call.say, "commented", issue, comment=comment.html_url)

    def find_issues_comment(self, call: Call, arguments: models.CommentIssue) -> Output | None:
        with _repository(call, arguments, per_page=100) as repo:
            issue = repo.get_issue(arguments.number)
            for comment in issue.get_comments(since=call.since):
                if marks.carries(comment.body, call.key):
                    return replies.done(call.say, "commented", issue, comment=comment.html_url)
        return None

    def issues_close(self, call: Call, arguments: models.CloseIssue) -> Output:
        with _named_repository(call, arguments) as repo:
            issue = _named_issue(repo, arguments.number)
            if _is_pull(issue):
                raise BadRequestError("a pull request", say="is_pull", number=arguments.number)
            issue.edit(state="closed", state_reason=arguments.reason)
            call.happened()
            return replies.done(call.say, "closed_now", issue)

    def pulls_list(self, call: Call, arguments: models.ListPulls) -> Output:
        limit = arguments.limit
        with _repository(call, arguments, per_page=limit + 1) as repo:
            pulls = repo.get_pulls(state=arguments.state)
            return replies.pulls(call.say, call.say("pulls", repo=repo.full_name), pulls, limit)

    def pulls_merge(self, call: Call, arguments: models.MergePull) -> Output:
        with _named_repository(call, arguments) as repo:
            pull = repo.get_pull(arguments.number)
            if not pull.merged:
                pull.merge(merge_method=arguments.method, sha=arguments.sha or NotSet)
            call.happened()
            return replies.done(call.say, "merged", pull)

    def find_pulls_merge(self, call: Call, arguments: models.MergePull) -> Output | None:
        with _repository(call, arguments, per_page=100) as repo:
            pull = repo.get_pull(arguments.number)
            return replies.done(call.say, "merged", pull) if pull.merged else None

    def files_read(self, call: Call, arguments: models.ReadFile) -> Output:
        path = arguments.path.strip("/")
        with _repository(call, arguments) as repo:
            found = repo.get_contents(path, ref=arguments.ref or NotSet)
            if isinstance(found, list):
                head = call.say("folder", repo=repo.full_name, path=path)
                return replies.folder(call.say, head, found, ENTRIES)
            if found.type != "file":
                raise BadRequestError("not a file", say="not_a_file", path=path)
            if found.size > MAX_FILE:
                limit = MAX_FILE // 1000
                raise BadRequestError("too big", say="file_too_big", path=path, limit=limit)
            return replies.file(call, repo.full_name, path, found.decoded_content)

    def runs_list(self, call: Call, arguments: models.ListRuns) -> Output:
        # The name of a branch will do, which the types do not say
        branch: Any = arguments.branch or NotSet
        limit = arguments.limit
        with _repository(call, arguments, per_page=limit + 1) as repo:
            runs = repo.get_workflow_runs(branch=branch)
            return replies.runs(call.say, call.say("runs", repo=repo.full_name), runs, limit)


@contextmanager
def _session(call: Call, per_page: int) -> Iterator[Github]:
    token = call.connection["token"].strip()
    github = Github(
        auth=Auth.Token(token) if token else None,
        base_url=call.connection["endpoint"] or "https://api.github.com",
        timeout=TIMEOUT,
        retry=None,
        per_page=per_page,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    with github:
        yield github


@contextmanager
def _repository(
    call: Call, arguments: models.InRepository, per_page: int = 1
) -> Iterator[Repository]:
    """Asked for, not assumed, because a repository may have been renamed: PyGithub takes the
    redirect of a write for success, and loses the query of a listing."""
    name = _asked(call, arguments)
    if not name:
        raise UnclearError("no repository given", say="no_repository")
    with _session(call, per_page) as github:
        found = github.get_repo(name)
        if not found.html_url:  # PyGithub takes a page of HTML for a repository without facts
            raise UnavailableError("github: no repository")
        yield found


@contextmanager
def _named_repository(call: Call, arguments: models.InRepository) -> Iterator[Repository]:
    """For a change: what was asked for one repository does not happen in another.

    Raises BadRequestError when GitHub answers with another, which this one has become.
    """
    name = _asked(call, arguments)
    with _repository(call, arguments) as repo:
        if repo.full_name.casefold() != name.casefold():
            raise BadRequestError("renamed", say="renamed", repo=name, now=repo.full_name)
        yield repo


def _named_issue(repo: Repository, number: int) -> Issue:
    """For a change: an issue that was transferred is answered from where it has gone.

    Raises BadRequestError then, with its place there (GitHub Docs, "Transferring an issue").
    """
    issue = repo.get_issue(number)
    place, _, there = issue.html_url.rpartition("/")
    if place.rpartition("/")[0].casefold() != repo.html_url.casefold():
        now = "/".join(place.split("/")[-3:-1])
        moved = {"number": number, "repo": repo.full_name, "now": f"{now}#{there}"}
        raise BadRequestError("transferred", say="transferred", **moved)
    return issue


def _asked(call: Call, arguments: models.InRepository | models.SearchIssues) -> str:
    """The repository that is asked for, else the workspace's own; empty when there is none."""
    return arguments.repo or call.connection["repo"].strip()


def _subject(call: Call, asked: Any) -> str:
    """What a call is about: `octocat/hello-world`, with `#12` or the path of a file."""
    number, path = getattr(asked, "number", ""), getattr(asked, "path", "").strip("/")
    place = f"#{number}" if number else f"/{path}" if path else ""
    return _asked(call, asked) + place


def _is_pull(issue: Any) -> bool:
    address: str = issue.html_url
    return address.rpartition("/")[0].endswith("/pull")
