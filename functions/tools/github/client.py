"""Where a call's GitHub is, and the repository and the issue that it names there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from github import Auth, Github
from github.Issue import Issue
from github.Repository import Repository

from switchboard.errors import BadRequestError, UnavailableError, UnclearError
from switchboard.sdk.adapter import Call

from . import models

TIMEOUT = 10  # seconds of one request


@contextmanager
def session(call: Call, per_page: int) -> Iterator[Github]:
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
def repository(
    call: Call, arguments: models.InRepository, per_page: int = 1
) -> Iterator[Repository]:
    """Asked for, not assumed, because a repository may have been renamed: PyGithub takes the
    redirect of a write for success, and loses the query of a listing."""
    name = asked(call, arguments)
    if not name:
        raise UnclearError("no repository given", say="no_repository")
    with session(call, per_page) as github:
        found = github.get_repo(name)
        if not found.html_url:  # PyGithub takes a page of HTML for a repository without facts
            raise UnavailableError("github: no repository")
        yield found


@contextmanager
def named_repository(call: Call, arguments: models.InRepository) -> Iterator[Repository]:
    """For a change: what was asked for one repository does not happen in another.

    Raises BadRequestError when GitHub answers with another, which this one has become.
    """
    name = asked(call, arguments)
    with repository(call, arguments) as repo:
        if repo.full_name.casefold() != name.casefold():
            raise BadRequestError("renamed", say="renamed", repo=name, now=repo.full_name)
        yield repo


def own_issue(repo: Repository, number: int) -> Issue:
    """As `named_issue`, and no pull request, which GitHub takes for an issue as well."""
    issue = named_issue(repo, number)
    if is_pull(issue):
        raise BadRequestError("a pull request", say="is_pull", number=number)
    return issue


def named_issue(repo: Repository, number: int) -> Issue:
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


def asked(call: Call, arguments: models.InRepository | models.SearchIssues) -> str:
    """The repository that is asked for, else the workspace's own; empty when there is none."""
    return arguments.repo or call.connection["repo"].strip()


def is_pull(issue: Any) -> bool:
    address: str = issue.html_url
    return address.rpartition("/")[0].endswith("/pull")
