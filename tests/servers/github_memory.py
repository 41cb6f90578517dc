"""What a small GitHub remembers of one repository, and how it answers.

Its things begin as the examples of GitHub's own description.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.servers.github_contract import Asked

Json = dict[str, Any]
Reply = tuple[int, Any]
OWN = "/repos/octocat/Hello-World"
NOT_FOUND: Reply = (404, {"message": "Not Found", "documentation_url": "https://docs.github.com"})


class Memory:
    """The repository octocat/Hello-World."""

    def __init__(self, url: str, examples: Json) -> None:
        self._url = url
        self._examples = examples
        self.issues: list[Json] = []
        self.comments: dict[int, list[Json]] = {}
        self.pulls: dict[int, Json] = {}
        self.runs: list[Json] = []
        self.files: dict[str, Json | list[Json]] = {}

    def example(self, name: str) -> Any:
        text = json.dumps(self._examples[name]["value"])
        return json.loads(text.replace("https://api.github.com", self._url))

    def add_issue(self, title: str, *, kind: str = "issues", **changes: object) -> Json:
        number = len(self.issues) + 1
        facts = {
            "id": number,
            "number": number,
            "title": title,
            "body": "",
            "labels": [],
            "comments": 0,
            "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "url": f"{self._url}{OWN}/issues/{number}",
            "html_url": f"https://github.com/octocat/Hello-World/{kind}/{number}",
        }
        made: Json = self.example("issue") | facts | changes
        if kind == "issues":  # as the real one: the key is missing, not null
            del made["pull_request"]
        self.issues.append(made)
        self.comments[number] = []
        return made

    def add_pull(self, title: str, **changes: object) -> Json:
        issue = self.add_issue(title, kind="pull")
        facts = {key: issue[key] for key in ("number", "title", "body", "html_url", "created_at")}
        facts |= {"url": f"{self._url}{OWN}/pulls/{issue['number']}", "requested_teams": []}
        facts |= {"merged": False, "merged_at": None}
        made: Json = self.example("pull-request") | facts | changes
        self.pulls[issue["number"]] = made
        return made

    def add_run(self, **changes: object) -> None:
        (run,) = self.example("workflow-run-paginated")["workflow_runs"]
        self.runs.insert(0, run | {"run_number": len(self.runs) + 1} | changes)

    def add_file(self, path: str, raw: bytes) -> None:
        big = len(raw) > 1_000_000  # GitHub leaves out what such a file holds
        facts = {
            "path": path,
            "name": path.rpartition("/")[2],
            "size": len(raw),
            "url": f"{self._url}{OWN}/contents/{path}",
            "encoding": "none" if big else "base64",
            "content": "" if big else base64.encodebytes(raw).decode(),
        }
        self.files[path] = self.example("content-file-response-if-content-is-a-file") | facts

    def get_repository(self, asked: Asked) -> Reply:
        made = self.example("full-repository-default-response") | {"language": "Python"}
        for relative in ("parent", "source", "template_repository"):
            made.pop(relative, None)
        return 200, made | {"stargazers_count": 80, "open_issues_count": len(self.issues)}

    def list_issues(self, asked: Asked) -> Reply:
        state, labels = asked.query.get("state", "open"), asked.query.get("labels", "")
        wanted = set(filter(None, labels.split(",")))
        return 200, [
            issue
            for issue in reversed(self.issues)
            if state in ("all", issue["state"])
            and wanted <= {label["name"] for label in issue["labels"]}
        ]

    def create_issue(self, asked: Asked) -> Reply:
        body = asked.body or {}
        label = self.example("issue")["labels"][0]
        labels = [label | {"name": name} for name in body.get("labels", [])]
        return 201, self.add_issue(body["title"], body=body["body"], labels=labels)

    def get_issue(self, asked: Asked) -> Reply:
        number = int(asked.found[0])
        return (200, self.issues[number - 1]) if number in self.comments else NOT_FOUND

    def edit_issue(self, asked: Asked) -> Reply:
        issue = self.issues[int(asked.found[0]) - 1]
        issue |= asked.body or {}
        return 200, issue

    def list_comments(self, asked: Asked) -> Reply:
        since = asked.query.get("since", "")
        found = self.comments[int(asked.found[0])]
        return 200, [comment for comment in found if comment["updated_at"] >= since]

    def create_comment(self, asked: Asked) -> Reply:
        number, text = int(asked.found[0]), (asked.body or {})["body"]
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        place = f"{self.issues[number - 1]['html_url']}#issuecomment-"
        facts = {"body": text, "updated_at": now}
        facts["html_url"] = f"{place}{len(self.comments[number]) + 1}"
        self.comments[number].append(self.example("issue-comment") | facts)
        return 201, self.comments[number][-1]

    def list_pulls(self, asked: Asked) -> Reply:
        state = asked.query.get("state", "open")
        found = [pull for pull in self.pulls.values() if state in ("all", pull["state"])]
        # A listing says less of each: above all not whether it is merged
        (simple,) = self.example("pull-request-simple-items")
        return 200, [{key: pull[key] for key in simple if key in pull} for pull in reversed(found)]

    def get_pull(self, asked: Asked) -> Reply:
        pull = self.pulls.get(int(asked.found[0]))
        return (200, pull) if pull else NOT_FOUND

    def merge_pull(self, asked: Asked) -> Reply:
        pull, wanted = self.pulls[int(asked.found[0])], (asked.body or {}).get("sha")
        if pull["merged"] or pull["draft"]:
            return 405, {"message": "Pull Request is not mergeable"}
        if wanted not in (None, pull["head"]["sha"]):
            return 409, {"message": "Head branch was modified. Review and try the merge again."}
        pull |= {"merged": True, "merged_at": "2026-01-02T03:04:05Z", "state": "closed"}
        return 200, {"sha": "6" * 40, "merged": True, "message": "Pull Request merged"}

    def get_file(self, asked: Asked) -> Reply:
        path = asked.found[0]
        if path in self.files:
            return 200, self.files[path]
        below = f"{path}/" if path else ""
        # An entry of a folder is its file without what it holds
        entries = [
            {key: value for key, value in file.items() if key not in ("content", "encoding")}
            for name, file in self.files.items()
            if isinstance(file, dict) and name.startswith(below)
        ]
        return (200, entries) if entries else NOT_FOUND

    def list_runs(self, asked: Asked) -> Reply:
        branch = asked.query.get("branch")
        found = [run for run in self.runs if branch in (None, run["head_branch"])]
        size = int(asked.query["per_page"])
        return 200, {"total_count": len(found), "workflow_runs": found[:size]}

    def search_issues(self, asked: Asked) -> Reply:
        """The words are those before the first qualifier."""
        words = asked.query["q"].partition(" is:")[0].lower()
        found = [issue | {"score": 1.0} for issue in self.issues if words in issue["title"].lower()]
        size = int(asked.query["per_page"])
        facts = {"incomplete_results": False, "search_type": "lexical"}
        return 200, {"total_count": len(found), "items": found[:size], **facts}


ROUTES: dict[tuple[str, str], Callable[[Memory, Asked], Reply]] = {
    ("GET", "/repos/{owner}/{repo}"): Memory.get_repository,
    ("GET", "/repos/{owner}/{repo}/issues"): Memory.list_issues,
    ("POST", "/repos/{owner}/{repo}/issues"): Memory.create_issue,
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}"): Memory.get_issue,
    ("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}"): Memory.edit_issue,
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments"): Memory.list_comments,
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments"): Memory.create_comment,
    ("GET", "/repos/{owner}/{repo}/pulls"): Memory.list_pulls,
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}"): Memory.get_pull,
    ("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge"): Memory.merge_pull,
    ("GET", "/repos/{owner}/{repo}/contents/{path}"): Memory.get_file,
    ("GET", "/repos/{owner}/{repo}/actions/runs"): Memory.list_runs,
    ("GET", "/search/issues"): Memory.search_issues,
}
