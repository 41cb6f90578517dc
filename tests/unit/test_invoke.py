"""`make invoke`: an event is made anew, so that it does again what it shows."""

import pytest

from cli import target
from local import events, invoke
from scripts.sign_events import EVENTS
from switchboard.ledger import table
from switchboard.runtime import current

ARNS = {"Inbox": "arn:aws:sqs:us-east-1:0:s-Inbox", "Hints": "arn:aws:sqs:us-east-1:0:s-Hints"}


@pytest.mark.parametrize("name", events.names())
def test_each_time_it_is_another_event_and_no_file_is_changed(name, cloud):
    path = EVENTS / f"{name}.json"
    before, stored = path.read_bytes(), []

    made = [events.prepared(name, ARNS, lambda *file: stored.append(file)) for _ in range(2)]

    assert path.read_bytes() == before
    folder = name.partition("/")[0]
    signed = "ingest/web" in name or folder in {"tools", "fetch", "dispatch", "deliver"}
    assert (made[0] != made[1]) is signed
    assert {one.get("eventSourceARN") for one in made[0].get("Records", ())} <= {
        *ARNS.values(),
        "arn:aws:sqs:eu-central-1:123456789012:switchboard-Outbox.fifo",
    }
    if folder == "tools":
        meta = made[1]["params"]["_meta"]
        row = table.read(table.run_key(meta["run"]), "op#000")
        assert row["state"] == "PLANNED"
        assert [key for key, _ in stored[len(stored) // 2 :]] == [
            one["key"] for one in meta["attachments"]
        ]


def test_every_event_has_its_function():
    assert {events.function_of(one) for one in events.names()} == {
        *("Ingest", "Dispatch", "Fetch", "Deliver", "Sweep", "Console", "Signin", "Connect"),
        *("CalendarTool", "DocumentTool", "GithubTool"),
    }


@pytest.mark.parametrize("name", ["", "ingest", "ingest/nothing", "../events/ingest/web_message"])
def test_what_is_no_event_is_answered_with_those_there_are(name, capsys):
    assert invoke.main(name) == 2

    assert "\n  ingest/web_message\n" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["ingest/web_message", "events/ingest/web_message.json"])
def test_without_a_stack_it_says_how_to_have_one(name, capsys, tmp_path):
    current().give(target.state, tmp_path)

    assert invoke.main(name) == 1

    error = capsys.readouterr().err
    assert error.startswith("make invoke: no stack runs on this machine: start one with `make run`")
    assert error.count("\n") == 1
