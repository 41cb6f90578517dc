"""`make start-api`: requests as API Gateway hands them on, and Docker where there is one."""

import json
import os
import stat
import subprocess
import sys
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from local import api, deployment, docker, workbench
from local.workbench import Workbench
from tests.kit.servers import Told, running, serving

ROUTES = {
    "/webhook/slack/main": "Ingest",
    "/webhook/matrix/main/_matrix/app/v1/transactions/1": "Ingest",
    "/connect/link": "Connect",
    "/connect/": "Console",
    "/webhook/slack": "Console",
    "/webhook//main": "Console",
    "/chat/index.html": "Console",
    "/signin/session": "Signin",
    "/signin": "Console",
    "/": "Console",
}


@pytest.mark.parametrize(("path", "name"), ROUTES.items())
def test_a_path_leads_to_the_function_of_the_template_s_route(path, name):
    assert api.function_of(path) == name


class TestServer:
    """What is asked over HTTP, and what comes back."""

    @pytest.fixture
    def ask(self):
        """Asks a server whose functions answer with `self.answer`; what they got is `self.got`."""
        self.got, self.answer = [], {"statusCode": 200, "headers": {"x-a": "b"}, "body": "好"}

        def invoke(name, event):
            self.got.append((name, event))
            return self.answer

        def asked(method, path, body=b"", **headers):
            with api.Server(0, invoke) as server, running(server):
                connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
                connection.request(method, path, body, headers)
                reply = connection.getresponse()
                found = reply.status, reply.getheader("x-a"), reply.read()
                connection.close()
            return found

        return asked

    def test_a_request_is_an_event_and_the_answer_a_response(self, ask):
        assert ask("PUT", "/webhook/a/b%20c?d=%2F", "好".encode(), authorization="Bearer x") == (
            200,
            "b",
            "好".encode(),
        )
        ((name, event),) = self.got
        assert name == "Ingest"
        assert (event["rawPath"], event["rawQueryString"]) == ("/webhook/a/b c", "d=%2F")
        assert (event["body"], event["isBase64Encoded"]) == ("好", False)
        assert event["headers"]["authorization"] == "Bearer x"
        assert event["requestContext"]["http"]["method"] == "PUT"

    def test_what_is_no_text_is_base64_both_ways(self, ask):
        self.answer = {"statusCode": 200, "body": "//4=", "isBase64Encoded": True}
        assert ask("POST", "/webhook/a/b", b"\xff\xfe") == (200, None, b"\xff\xfe")
        assert (self.got[0][1]["body"], self.got[0][1]["isBase64Encoded"]) == ("//4=", True)

    def test_a_function_that_raises_is_a_500_and_a_body_too_large_is_no_call(self, ask):
        self.answer = {"errorType": "KeyError", "errorMessage": "secret"}
        assert ask("GET", "/chat/")[0] == 500
        assert b"secret" not in ask("GET", "/chat/")[2]
        self.got.clear()
        assert ask("POST", "/webhook/a/b", **{"content-length": str(api.LARGEST + 1)})[0] == 413
        assert self.got == []


@pytest.mark.parametrize("port", ["x", "80", "65536", "-1", "３０００"])
def test_what_is_no_port_is_one_line(port, capsys):
    assert api.main(port) == 1

    assert capsys.readouterr().err.startswith(f"make start-api: PORT={port} is no port")


ENGINE = """#!/bin/sh
case "$*" in
  info*) echo '{system}';;
  *) echo 127.0.0.8/30;;
esac
"""
SAM = """#!/bin/sh
echo "$*" > {told}
while [ $# -gt 0 ]; do
  case "$1" in --env-vars) cp "$2" {told}.variables;; --event) cp "$2" {told}.event;; esac
  shift
done
echo START
echo {answer}
"""


def program(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """A stack of one function on this machine, a Docker Desktop and a `sam`."""
    bins = tmp_path / "bin"
    bins.mkdir()
    program(bins / "docker", ENGINE.format(system="Docker Desktop"))
    kept = {"connection": {"endpoint": "http://127.0.0.1:5467/", "token": "t"}}
    monkeypatch.setattr(workbench.stack, "parameter", lambda *_: kept)
    monkeypatch.setattr(
        workbench, "_put", lambda *told: bins.with_name("put").write_text(repr(told))
    )
    sam = program(bins / "sam", SAM.format(told=tmp_path / "told", answer="'{\"state\": 1}'"))
    monkeypatch.setenv("PATH", f"{bins}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(deployment, "SAM", sam)
    monkeypatch.setattr(deployment, "BUILD", tmp_path)
    monkeypatch.setattr(docker, "TEMPLATE", tmp_path / "local.yaml")
    (tmp_path / "template.yaml").write_text("      Variables:\n        LEDGER_TABLE: x\n")
    made = Workbench.__new__(Workbench)
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5466"}
    made.running = SimpleNamespace(name="switchboard", environment=environment)
    made.variables = {
        "Ingest": {"LEDGER_TABLE": "t", **environment},
        "CalendarTool": {"TOOL_PARAMETER": "/switchboard/tools/calendar", **environment},
    }
    return made


@pytest.mark.parametrize(
    ("system", "host"), [("Docker Desktop", docker.DESKTOP), ("Debian 12", "127.0.0.9")]
)
def test_where_docker_is_an_event_runs_in_lambda_s_container(bench, tmp_path, system, host):
    program(tmp_path / "bin/docker", ENGINE.format(system=system))
    assert docker.answers()
    assert docker.invoked(bench, "Ingest", {"a": "好"}, tmp_path) == {"state": 1}

    told = (tmp_path / "told").read_text()
    assert told.startswith("local invoke --template ")
    assert " Ingest --event " in told
    variables = json.loads((tmp_path / "told.variables").read_text())
    assert variables["Ingest"]["AWS_ENDPOINT_URL"] == f"http://{host}:5466"
    assert variables["CalendarTool"]["TOOL_PARAMETER"] == "/events/tools/calendar"
    assert f"http://{host}:5467/" in (tmp_path / "put").read_text()
    assert json.loads((tmp_path / "told.event").read_text()) == {"a": "好"}
    declared = (tmp_path / "local.yaml").read_text()
    assert "        AWS_ENDPOINT_URL: ''\n        LEDGER_TABLE: x\n" in declared


def test_where_docker_is_the_api_is_sam_s_with_warm_containers(bench, tmp_path):
    assert docker.api(bench, 3000, tmp_path) == 0

    told = (tmp_path / "told").read_text()
    assert told.startswith("local start-api --template ")
    assert told.endswith("--port 3000 --warm-containers LAZY\n")


def test_a_sam_that_answers_nothing_is_one_line(bench, tmp_path):
    program(deployment.SAM, "#!/bin/sh\nexit 1\n")

    with pytest.raises(docker.CommandError, match="it says above why"):
        docker.invoked(bench, "Ingest", {}, tmp_path)


@pytest.mark.parametrize("text", ["#!/bin/sh\necho no engine >&2; exit 1\n", ""])
def test_without_an_engine_it_is_not_taken(text, monkeypatch, tmp_path):
    if text:
        program(tmp_path / "docker", text)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not docker.answers()


ASK = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read())"
"""Asked by another process, as a container is one: this one reaches 127.0.0.1 alone."""


def test_what_comes_to_the_bridge_is_handed_on():
    with serving(Told(body=b"here")) as server, docker.forwarding("127.0.0.2", server.server_port):
        url = f"http://127.0.0.2:{server.server_port}/a"
        told = subprocess.check_output([sys.executable, "-c", ASK, url])

    assert told == b"b'here'\n"
    assert server.asked[0].path == "/a"
