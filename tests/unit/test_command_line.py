"""`switchboard`: whatever goes wrong is one line that says what to do, and never a traceback."""

import io
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from cli import target
from cli.commands import app
from cli.line import main
from switchboard.runtime import current
from tests.kit import build

COMMANDS = (
    ["try", "/help", "--as", "ada"],
    ["link", "ada"],
    [
        "connect",
        "slack/main",
        "signing_secret=12345678901234567890123456789012",
        "bot_token=xoxb-1",
    ],
    ["connect", "github", "token=x"],
    ["pair", "slack/main/T1:U1", "ada"],
    ["unpair", "slack/main/T1:U1"],
    ["forget", "ada"],
    ["invite", "ada"],
    ["who"],
    ["channels", "list"],
    ["channels", "url", "slack"],
    ["channels", "manifest", "slack"],
    ["channels", "check", "slack/main"],
    ["factor", "enrol", "ada"],
    ["factor", "enrol", "ada", "--code", "123456"],
    ["factor", "recovery", "ada"],
    ["factor", "reset", "ada"],
    ["factor", "list"],
    ["admin", "init", "slack/main/T1:U1", "ada"],
    ["runs"],
    ["ledger", "show", str(build.run_id(0))],
    ["redrive"],
    ["doctor"],
)
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without a stack, credentials or a region; the folder of its state."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", *KEYS):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    current().give(target.state, tmp_path)
    return tmp_path


@pytest.fixture
def said(capsys):
    """What a command that fails says: one line of the error output, and nothing else."""

    def run(*words, status=1):
        assert main(words) == status
        output = capsys.readouterr()
        assert output.out == ""
        (line,) = output.err.splitlines()
        assert line.startswith("switchboard: ")
        assert "Traceback" not in line
        return line

    return run


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_a_stack_it_is_said_how_to_have_one(bare, said, words):
    assert "start one with `make run`" in said(*words)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_stack_that_was_killed_does_not_answer(bare, said, words):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = KEYS | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    target.note(target.Running("switchboard", "http://127.0.0.1", environment, "ada"), bare)

    assert "does not answer" in said(*words)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_aws_asks_for_a_region_then_for_credentials_then_for_a_network(
    bare, said, monkeypatch, words
):
    there = ("--stack", "switchboard-dev", *words)

    assert "there are no AWS credentials" in said(*there) or "no AWS region" in said(*there)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert "there are no AWS credentials" in said(*there)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert "cannot be reached" in said(*there)


SLACK = f"signing_secret={'0' * 32}"
LENGTH = "needs longer values of: signing_secret (at least 32 characters)"
TYPED = {
    "connect nosuch a=b": "there is no tool nosuch; there are: calendar",
    "connect calender endpoint=x": "no address",
    "connect calender username=x": "there is no tool calender; did you mean calendar?",
    "connect github tokn=x": "there is no value of github called tokn; did you mean token?",
    "connect github repo=octo/demo": "github also needs: token",
    "connect github token=x endpoint=ftp://x": "endpoint is no address",
    "connect github token=x endpoint=http://x:99999": "endpoint is no address",
    "connect github token=x token=y": "token is given twice",
    "connect github =x": "name=value",
    "connect github token=a\x07b": "token has a line break or another invisible sign",
    "connect document a=b": "document needs no values",
    "connect irc/main a=b": "there is no channel irc; there are: ",
    "connect slak/main a=b": "there is no channel slak; did you mean slack?",
    "connect slack/MAIN a=b": "slack/MAIN is no account",
    "connect slack/../x a=b": "slack/../x is no account",
    "connect slack signing_secret": "name=value",
    "connect slack": "slack/main also needs: bot_token, signing_secret",
    "connect slack/main signing_secret=abc bot_token=xoxb-1": LENGTH,
    f"connect slack/main {SLACK} bot_tokn=xoxb-1": "called bot_tokn; did you mean bot_token?",
    "connect slack/main -": "no JSON object",
    "pair irc/main/x ada": "there is no channel irc",
    "pair slack ada": "channel/account/id",
    "pair web//x ada": "web/ is no account",
    "pair web/main/x\u200b ada": "invisible",
    "pair web/main/x _": "write the person's id",
    "pair web/main/x b/c": "write the person's id",
    "pair web/main/x ada --timezone europe/berlin": "did you mean Europe/Berlin?",
    "pair web/main/x ada --timezone Berlin": "did you mean Europe/Berlin?",
    "pair web/main/x ada --timezone UTC+2": "there is no time zone UTC+2",
    "pair web/main/x ada --timezone Mars/X": "give an IANA name, as Europe/Berlin",
    "unpair slack/main/": "channel/account/id",
    "admin init slack ada": "channel/account/id",
    "channels manifest irc": "there is no channel irc",
    "channels manifest line": "line takes no manifest",
    "channels url irc": "there is no channel irc",
    "channels url slack/a_b": "slack/a_b is no account",
    "channels check slack --base nonsense": "--base is no address",
    "try _ --as ada": "the message is empty",
    "try \udcff": "no UTF-8",
    "--stack a_b doctor": "no stack is called a_b",
}
"""What is typed, `_` for nothing, and what is said."""
STDIN = {"nothing": None, "half": b"{", "a list": b"[]", "a number": b'{"token": 1}', "": b"\xff"}


def typed(words):
    return ["" if word == "_" else word for word in words.split(" ")]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("machines", [False, True], ids=["people", "machines"])
@pytest.mark.parametrize(("words", "told"), TYPED.items(), ids=str)
def test_what_is_typed_wrong_is_refused_before_anybody_is_asked(
    capsys, monkeypatch, words, told, machines
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))

    asked = ["--stack", "switchboard-dev", *typed(words), *(["--json"] * machines)]
    assert main(asked) == 1

    output = capsys.readouterr()
    said = json.loads(output.out)["error"] if machines else output.err.removeprefix("switchboard: ")
    assert told in said
    assert len(f"{output.out}{output.err}".splitlines()) == 1
    assert (output.out == "") is not machines


@pytest.mark.parametrize("given", STDIN.values(), ids=STDIN)
def test_an_input_that_holds_no_values_is_told(bare, said, monkeypatch, given):
    stdin = None if given is None else io.TextIOWrapper(io.BytesIO(given))
    monkeypatch.setattr(sys, "stdin", stdin)

    assert "input" in said("--stack", "switchboard-dev", "connect", "github", "-")


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["pair", "x"],
        ["pair", "a", "b", "--role", "boss"],
        ["runs", "--limit=0"],
        ["try", "x", "--seconds", "nan"],
        ["try", "x", "--seconds", "-1"],
        ["channels"],
        ["--stak", "x", "doctor"],
    ],
)
def test_what_the_command_line_does_not_know_is_told_with_where_to_look(bare, said, words):
    assert said(*words, status=2).endswith("`--help` shows how it is written.")


SHELL = {
    "a pipe that nobody reads": ("--help | true", ""),
    "a full disk": ("--help > /dev/full", "No space left"),
    "no output": ("--help >&-", ""),
    "no input": ("--stack x connect github - <&-", "no input"),
    "few letters": ("--stack x connect 'köln/main' a=b", "k\\xf6ln"),
}


@pytest.mark.parametrize(("line", "told"), SHELL.values(), ids=SHELL)
def test_a_shell_of_any_kind_is_told_one_line_at_most(line, told):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    command = f"{sys.executable} -m cli {line}"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, check=False)

    said = done.stderr.decode("ascii")
    assert told in said
    assert len(said.splitlines()) == bool(told)


def test_ctrl_c_ends_a_command_without_a_word():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        silent.settimeout(30)
        environment = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": url}
        environment["AWS_DEFAULT_REGION"] = "us-east-1"
        command = [sys.executable, "-m", "cli", "--stack", "x", "doctor"]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        child = subprocess.Popen(command, env=environment, **streams)
        with child, silent.accept()[0]:  # it waits for an answer
            child.send_signal(signal.SIGINT)
            assert child.communicate() == (b"", b"")
    assert child.returncode == -signal.SIGINT


def test_every_command_shows_an_example_and_answers_machines(capsys):
    groups = [((), app), *(((one.name,), one.typer_instance) for one in app.registered_groups)]
    for names, group in groups:
        for one in group.registered_commands:
            name = one.name or one.callback.__name__

            assert main([*names, name, "--help"]) == 0

            shown = capsys.readouterr().out
            assert f"Example: switchboard {' '.join((*names, name))}" in shown
            assert "--json" in shown
