"""Translates between our calls and GitHub's REST API, spoken by PyGithub."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from github import BadAttributeException, GithubException, RateLimitExceededException
from github.GithubObject import NotSet
from github.Issue import Issue

from switchboard.errors import BadRequestError, UnavailableError
from switchboard.sdk.adapter import Adapter, Call, Output
from switchboard.sdk.arguments import Arguments
from switchboard.sdk.kit import marks

from . import models, replies
from .client import asked, is_pull, named_issue, named_repository, own_issue, repository, session

MAX_PAGES = 5  # of issues: pull requests come among them, and may be all there is
MAX_FILE = 100_000  # bytes
ENTRIES = 50  # of a folder
SHORT = 7  # characters of a commit's name that people read
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
        with repository(call, arguments) as repo:
            return replies.repository(call.say, repo)

    def issues_list(self, call: Call, arguments: models.ListIssues) -> Output:
        limit, page = arguments.limit, min(3 * arguments.limit, 100)
        with repository(call, arguments, per_page=page) as repo:
            labels = list(arguments.labels) or NotSet
            every = iter(repo.get_issues(state=arguments.state, labels=labels))
            # Told by their address: asking for `pull_request` costs a request for each that is none
            found = (one for one in islice(every, MAX_PAGES * page) if not is_pull(one))
            issues = list(islice(found, limit + 1))
            unseen = len(issues) < limit and bool(list(islice(every, 1)))
            head = call.say("issues", repo=repo.full_name)
            return replies.issues(call.say, head, issues, limit, unseen=unseen)

    def issues_get(self, call: Call, arguments: models.GetIssue) -> Output:
        with repository(call, arguments) as repo:
            return replies.whole_issue(call.say, repo.get_issue(arguments.number))

    def issues_search(self, call: Call, arguments: models.SearchIssues) -> Output:
        name = asked(call, arguments)
        with session(call, arguments.limit + 1) as github:
            within = f" repo:{github.get_repo(name).full_name}" if name else ""
            every = github.search_issues(f"{arguments.query} is:issue{within}")
            issues = list(islice(every, arguments.limit + 1))
            head = call.say("found", count=every.totalCount)
            return replies.issues(call.say, head, issues, arguments.limit, unseen=False)

    def issues_create(self, call: Call, arguments: models.CreateIssue) -> Output:
        body = marks.marked(arguments.body, call.key)
        with named_repository(call, arguments) as repo:
            issue = repo.create_issue(arguments.title, body, labels=list(arguments.labels))
            call.happened()
            return replies.done(call.say, "created", issue)

    def find_issues_create(self, call: Call, arguments: models.CreateIssue) -> Output | None:
        with repository(call, arguments, per_page=100) as repo:
            for issue in repo.get_issues(state="all", sort="created", direction="desc"):
                if issue.created_at < call.since:
                    break
                if marks.carries(issue.body, call.key):
                    return replies.done(call.say, "created", issue)
        return None

    def issues_comment(self, call: Call, arguments: models.CommentIssue) -> Output:
        body = marks.marked(arguments.body, call.key)
        with named_repository(call, arguments) as repo:
            issue = named_issue(repo, arguments.number)
            comment = issue.create_comment(body)
            call.happened()
            return replies.done(call.say, "commented", issue, comment=comment.html_url)

    def find_issues_comment(self, call: Call, arguments: models.CommentIssue) -> Output | None:
        with repository(call, arguments, per_page=100) as repo:
            issue = repo.get_issue(arguments.number)
            for comment in issue.get_comments(since=call.since):
                if marks.carries(comment.body, call.key):
                    return replies.done(call.say, "commented", issue, comment=comment.html_url)
        return None

    def issues_close(self, call: Call, arguments: models.CloseIssue) -> Output:
        with named_repository(call, arguments) as repo:
            issue = own_issue(repo, arguments.number)
            before = _state(issue)
            if before != _closed(arguments):
                call.save(json.dumps(before).encode())
            issue.edit(state="closed", state_reason=arguments.reason)
            call.happened()
            return replies.done(call.say, "closed_now", issue)

    def preview_issues_close(self, call: Call, arguments: models.CloseIssue) -> Output:
        with named_repository(call, arguments) as repo:
            issue = own_issue(repo, arguments.number)
            return replies.closing(call.say, issue, arguments.reason)

    def undo_issues_close(self, call: Call, arguments: models.CloseIssue) -> Output:
        before = json.loads(call.saved)
        with named_repository(call, arguments) as repo:
            issue = own_issue(repo, arguments.number)
            _put_back(issue, before, arguments)
            call.happened()
            return replies.done(call.say, "reopened", issue)

    def pulls_list(self, call: Call, arguments: models.ListPulls) -> Output:
        limit = arguments.limit
        with repository(call, arguments, per_page=limit + 1) as repo:
            pulls = repo.get_pulls(state=arguments.state)
            return replies.pulls(call.say, call.say("pulls", repo=repo.full_name), pulls, limit)

    def preview_pulls_merge(self, call: Call, arguments: models.MergePull) -> Output:
        with named_repository(call, arguments) as repo:
            pull, sha = repo.get_pull(arguments.number), arguments.sha
            if pull.state != "open":
                raise BadRequestError("not open", say="not_open", number=arguments.number)
            if sha not in {"", pull.head.sha}:
                raise BadRequestError("not its newest", say="not_newest", sha=sha[:SHORT])
            return replies.merging(call.say, pull, arguments.method)

    def pulls_merge(self, call: Call, arguments: models.MergePull) -> Output:
        with named_repository(call, arguments) as repo:
            pull = repo.get_pull(arguments.number)
            if not pull.merged:
                call.require_shown(pull.head.sha)
                sha = arguments.sha or call.shown
                pull.merge(merge_method=arguments.method, sha=sha or NotSet)
            call.happened()
            return replies.done(call.say, "merged", pull)

    def find_pulls_merge(self, call: Call, arguments: models.MergePull) -> Output | None:
        with repository(call, arguments, per_page=100) as repo:
            pull = repo.get_pull(arguments.number)
            return replies.done(call.say, "merged", pull) if pull.merged else None

    def files_read(self, call: Call, arguments: models.ReadFile) -> Output:
        path = arguments.path.strip("/")
        with repository(call, arguments) as repo:
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
        with repository(call, arguments, per_page=limit + 1) as repo:
            runs = repo.get_workflow_runs(branch=branch)
            return replies.runs(call.say, call.say("runs", repo=repo.full_name), runs, limit)


def _closed(arguments: models.CloseIssue) -> dict[str, str | None]:
    """The state of an issue once it is closed."""
    return {"state": "closed", "state_reason": arguments.reason}


def _state(issue: Issue) -> dict[str, str | None]:
    return {"state": issue.state, "state_reason": issue.state_reason}


def _put_back(issue: Issue, before: dict[str, str], arguments: models.CloseIssue) -> None:
    """Raises BadRequestError when others have changed its state since we closed it."""
    now, was_open = _state(issue), before["state"] == "open"
    back = now["state"] == "open" if was_open else now == before
    if not back and now != _closed(arguments):
        raise BadRequestError("changed since", say="changed_since_undo")
    reason = "" if was_open else before["state_reason"]
    issue.edit(state=before["state"], state_reason=reason or NotSet)


def _subject(call: Call, arguments: Any) -> str:
    """What a call is about: `octocat/hello-world`, with `#12` or the path of a file."""
    number, path = getattr(arguments, "number", ""), getattr(arguments, "path", "").strip("/")
    place = f"#{number}" if number else f"/{path}" if path else ""
    return asked(call, arguments) + place
