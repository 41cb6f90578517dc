"""`switchboard`: whatever goes wrong is one line that says what to do, and never a traceback."""

import io
import socket
import sys

import pytest

from cli import target
from cli.__main__ import main
from cli.commands import app
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["connect", "nosuch", "a=b"], "there is no tool nosuch; there are: calendar"),
        (["connect", "github", "tokn=x"], "github knows endpoint, repo, token, and not: tokn"),
        (["connect", "github", "repo=octo/demo"], "github also needs: token"),
        (["connect", "document", "a=b"], "document needs no values"),
        (["connect", "irc/main", "a=b"], "there is no channel irc"),
        (["connect", "slack/main", "signing_secret"], "name=value"),
        (["connect", "slack/main", "-"], "no JSON object"),
        (["pair", "irc/main/x", "ada"], "there is no channel irc"),
        (["pair", "slack", "ada"], "channel/account/id"),
        (["unpair", "slack/main/"], "channel/account/id"),
        (["admin", "init", "slack", "ada"], "channel/account/id"),
        (["channels", "manifest", "irc"], "there is no channel irc"),
        (["channels", "manifest", "line"], "line takes no manifest"),
        (["channels", "url", "irc"], "there is no channel irc"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_typed_wrong_is_refused_before_anybody_is_asked(
    bare, said, monkeypatch, words, told
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))

    assert told in said("--stack", "switchboard-dev", *words)


@pytest.mark.parametrize(
    "words",
    [["nosuch"], ["pair", "x"], ["pair", "a", "b", "--role", "boss"], ["runs", "--limit=0"]],
)
def test_what_the_command_line_does_not_know_is_told_with_where_to_look(bare, said, words):
    assert said(*words, status=2).endswith("`--help` shows how it is written.")


def test_every_command_shows_an_example_and_answers_machines(capsys):
    groups = [((), app), *(((one.name,), one.typer_instance) for one in app.registered_groups)]
    for names, group in groups:
        for one in group.registered_commands:
            name = one.name or one.callback.__name__

            assert main([*names, name, "--help"]) == 0

            shown = capsys.readouterr().out
            assert f"Example: switchboard {' '.join((*names, name))}" in shown
            assert "--json" in shown
