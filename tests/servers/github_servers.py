"""GitHub as its own description and its own recorded traffic show it, on free local ports.

The servers are npm packages; `npm install --no-package-lock` in this folder brings them.
"""

import copy
import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.kit.asker import Asker
from tests.servers.github_double import Double, serving
from tests.servers.github_memory import ROUTES
from tests.servers.programs import free_port, running

MODULES = Path(__file__).parent / "node_modules"
DESCRIPTION = MODULES / "@octokit/openapi/generated/api.github.com.json"
RECORDED = MODULES / "@octokit/fixtures/scenarios/api.github.com"
API = "https://api.github.com"
TOKEN = "ghp_0123456789abcdefSECRET"

Json = dict[str, Any]


@pytest.fixture(scope="session")
def description() -> Json:
    """GitHub's description of the paths the tool uses, and of nothing else."""
    if not DESCRIPTION.exists():
        pytest.fail("run `npm install --no-package-lock` in tests/servers first")
    whole = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    kept: Json = {kind: whole[kind] for kind in ("openapi", "info")}
    kept["paths"] = {path: whole["paths"][path] for _, path in ROUTES}
    kept["components"] = {}
    _keep_references(kept["paths"], whole["components"], kept["components"])
    # The double answers with it for statuses that no path describes
    basic = whole["components"]["schemas"]["basic-error"]
    kept["components"]["schemas"]["basic-error"] = basic
    return kept


@pytest.fixture
def double(description: Json) -> Iterator[Double]:
    """A GitHub with a memory, found at the end to have kept to GitHub's description."""
    with serving(description) as made:
        yield made
    assert made.contract.violations == []


@pytest.fixture
def asking(tmp_path: Path) -> Callable[..., Asker]:
    """`asking(endpoint=…, repo=…)`: somebody in a workspace with this connection."""

    def made(**connection: str) -> Asker:
        return Asker("github", {"token": TOKEN, **connection}, tmp_path, key=uuid4())

    return made


@pytest.fixture
def ask(double: Double, asking: Callable[..., Asker]) -> Asker:
    """Somebody whose workspace has the double's repository for its own."""
    double.token = TOKEN
    return asking(endpoint=double.url, repo="octocat/Hello-World")


@pytest.fixture(scope="session")
def prism(description: Json, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that answers with the description's examples."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    file = tmp_path_factory.mktemp("prism") / "github.json"
    served = json.loads(json.dumps(_serveable(description)).replace(API, url))
    file.write_text(json.dumps(served), encoding="utf-8")
    program = str(MODULES / "@stoplight/prism-cli/dist/index.js")
    place = ["-h", "127.0.0.1", "-p", str(port)]
    with running(["node", program, "mock", *place, str(file)], port):
        yield url


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Recordings"]:
    port = free_port()
    folder = tmp_path_factory.mktemp("recorded")
    _copy_recordings(folder)
    url = f"http://127.0.0.1:{port}"
    program = str(MODULES / "@octokit/fixtures-server/bin/server.js")
    place = ["--port", str(port), "--fixtures-url", url, "--fixtures", f"{folder}/*.json"]
    with running(["node", program, "--log-level", "silent", *place], port):
        yield Recordings(url)


class Recordings:
    """Real traffic, played once for each time it is asked for, in the order it was recorded."""

    def __init__(self, url: str) -> None:
        self._url = url

    def play(self, scenario: str) -> str:
        """The address at which the scenario is served."""
        request = urllib.request.Request(
            f"{self._url}/fixtures",
            data=json.dumps({"scenario": scenario}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return str(json.load(reply)["url"])


def _copy_recordings(folder: Path) -> None:
    """Every scenario as recorded, but open to PyGithub's headers and the adapter's own requests."""
    for source in RECORDED.glob("*/normalized-fixture.json"):
        exchanges = json.loads(source.read_text(encoding="utf-8"))
        _write_recording(folder, source.parent.name, exchanges)
    hello = _recorded("get-repository")[0]
    pages = _recorded("paginate-issues")
    issues = pages[0]["path"].partition("?")[0]
    # The adapter asks for the repository first, and lists with its own words
    there = copy.deepcopy(hello) | {"path": issues.removesuffix("/issues")}
    there["response"]["url"] = API + there["path"]
    for name, size in (("list-issues", 39), ("list-issues-briefly", 12)):
        asked = pages[0] | {"path": f"{issues}?per_page={size}&state=open"}
        _write_recording(folder, name, [there, asked, *pages[1:]])
    refused = _recorded("errors")[0] | {"path": f"{hello['path']}/issues"}
    del refused["body"]
    _write_recording(folder, "refused-issue", [hello, refused])
    _write_recording(folder, "renamed", _recorded("rename-repository")[1:3])
    found = _recorded("search-issues")[0]
    there = copy.deepcopy(there) | {"path": "/repos/octokit-fixture-org/search-issues"}
    there["response"]["full_name"] = "octokit-fixture-org/search-issues"
    query = "sesame is:issue repo:octokit-fixture-org/search-issues"
    found["path"] = "/search/issues?" + urlencode({"per_page": 11, "q": query})
    _write_recording(folder, "search", [there, found])


def _recorded(scenario: str) -> list[Json]:
    file = RECORDED / scenario / "normalized-fixture.json"
    recorded: list[Json] = json.loads(file.read_text(encoding="utf-8"))
    return recorded


def _write_recording(folder: Path, name: str, exchanges: list[Json]) -> None:
    """nock compares every recorded header exactly, and PyGithub's `accept` differs."""
    for exchange in exchanges:
        headers = exchange["reqheaders"]
        exchange["reqheaders"] = {"authorization": headers["authorization"]}
    (folder / f"{name}.json").write_text(json.dumps(exchanges), encoding="utf-8")


def _keep_references(node: object, source: Json, kept: Json) -> None:
    if isinstance(node, list):
        for value in node:
            _keep_references(value, source, kept)
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/"):
        kind, name = reference.removeprefix("#/components/").split("/", 1)
        if name not in kept.setdefault(kind, {}):
            kept[kind][name] = source[kind][name]
            _keep_references(source[kind][name], source, kept)
    for value in node.values():
        _keep_references(value, source, kept)


def _serveable(description: Json) -> Json:
    """What prism can serve: one JSON example a reply, and no links to pages that are not there."""
    made = copy.deepcopy(description)
    readme = made["components"]["examples"]["content-file-response-if-content-is-a-file"]
    readme["value"]["content"] = "IyBZb2dhCg=="  # theirs is cut off in the middle of a character
    for path in made["paths"].values():
        for operation in path.values():
            for reply in operation["responses"].values():
                reply.get("headers", {}).pop("Link", None)
                content = reply.get("content", {})
                if "application/json" in content:
                    reply["content"] = {"application/json": content["application/json"]}
                    _keep_one_example(content["application/json"], made["components"])
    return made


def _keep_one_example(media: Json, components: Json) -> None:
    examples = media.get("examples", {})
    for example in examples.values():
        reference = example.get("value", {}).get("$ref") if example.get("value") else None
        if reference:  # prism would answer with the reference itself
            example["value"] = components["examples"][reference.rsplit("/", 1)[1]]["value"]
    if "default" in examples:
        media["examples"] = {"default": examples["default"]}
