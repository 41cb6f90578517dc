"""The operator's commands against the deployed stack: what is wrong, what is known, what to do."""

import os
import subprocess
from uuid import uuid4

import pyotp
import pytest
from msgspec import json

from cli import target
from cli.line import main
from local.stack import PERSON
from switchboard.runtime import Runtime
from tests.stack.operator import COMMAND, bad
from tests.stack.rows import wait_until


def test_a_stack_that_has_swept_and_holds_nothing_is_well(setting, switchboard):
    setting.rows.sweep()

    code, findings = switchboard("doctor")

    assert bad(findings) == {}
    assert code == 0
    assert {"Inbox", "Outbox", "sweep", "dead letters", "leases and hints"} <= {
        one["what"] for one in findings
    }


def test_a_dead_letter_is_told_to_its_sender_found_by_doctor_and_redriven(setting, switchboard):
    webhook = setting.telegram.write("/calendar calendars.list", room=70)
    with setting.rows.stopped("InboxUrl"):
        setting.say(webhook)
        body = setting.rows.delete_message("InboxUrl")
        setting.rows.delete_message("InboxUrl")
    setting.rows.bury(body)
    setting.rows.sweep()
    told = setting.wait_for_message(webhook)
    assert told.text.startswith("I could not handle your message")

    code, findings = switchboard("doctor")
    assert code == 1
    assert "switchboard redrive" in bad(findings)["dead letters"]

    code, counts = switchboard("redrive")
    assert (code, counts["redriven"]) == (0, 1)
    wait_until(
        lambda: len(setting.messages(webhook)) == 2, "for the answer of the redriven message"
    )
    assert "I could not" not in setting.messages(webhook)[1].text
    assert "dead letters" not in bad(switchboard("doctor")[1])


def test_a_message_is_shown_by_its_run_and_by_its_call_without_anybody_s_words(
    setting, switchboard
):
    webhook = setting.telegram.write("/calendar calendars.list", room=71)
    setting.say(webhook)
    setting.wait_for_message(webhook)
    setting.rows.wait_for(webhook.run, "answer#000", "SENT")

    code, rows = switchboard("ledger", "show", str(webhook.run))

    assert code == 0
    assert {row["sk"] for row in rows} >= {"run", "op#000", "answer#000"}
    assert {row.get("phase") for row in rows} >= {"intent", "outcome"}
    (op,) = [row for row in rows if row["sk"] == "op#000"]
    assert op["state"] == "DONE"
    assert switchboard("ledger", "show", op["op_id"])[1] == rows


def test_what_the_ledger_does_not_know_is_said(setting):
    done = subprocess.run(
        [*COMMAND, "ledger", "show", str(uuid4())],
        env={**setting.stack.emulator.environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "the ledger knows no run" in done.stderr


def test_the_page_for_people_says_what_to_do(setting):
    done = subprocess.run(
        [*COMMAND, "doctor"],
        env={**setting.stack.emulator.environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "sweep: ran" in done.stdout
    assert (done.returncode == 0) is (done.stdout.splitlines()[-1] == "all is well")


@pytest.fixture
def here(setting, monkeypatch, capsys):
    """Run a command about the stack on this machine; its exit code and its JSON."""
    for name in setting.stack.emulator.environment:
        monkeypatch.setenv(name, os.environ.get(name, ""))

    def run(*words):
        with Runtime() as runtime:
            runtime.give(target.state, setting.stack._state)
            code = main([*words, "--json"])
        return code, json.decode(capsys.readouterr().out)

    return run


def test_one_message_is_tried_through_the_whole_stack_and_listed_and_linked_to(here):
    code, told = here("try", "/calendar calendars.list")
    assert (code, told["error"], told["files"]) == (0, False, [])
    assert "work" in told["text"]
    assert here("try", "/calendar nosuch")[0] == 0  # it is asked back
    assert here("try", "/calendar events.update 12345678 title=x")[0] == 1

    _, runs = here("runs", "--limit", "5")
    (listed,) = [run for run in runs if run["run"] == told["run"]]
    assert listed["calls"] == ["calendar calendars.list DONE"]

    code, link = here("link")
    assert code == 0
    assert link.startswith("http://127.0.0.1:")
    assert here("link", PERSON)[0] == 0


def test_a_person_s_app_is_enrolled_with_the_stack_s_key(switchboard):
    code, begun = switchboard("factor", "enrol", PERSON)
    assert code == 0
    app = pyotp.parse_uri(begun["uri"])

    code, active = switchboard("factor", "enrol", PERSON, "--code", app.now())

    assert (code, len(active["recovery_codes"])) == (0, 10)
    _, (row,) = switchboard("factor", "list")
    assert (row["person"], row["state"]) == (PERSON, "active")
    assert switchboard("factor", "reset", PERSON)[0] == 0
    assert switchboard("factor", "list") == (0, [])


def test_with_the_last_of_who_act_as_a_person_goes_their_app(switchboard):
    """Two act as Lee, one of them by another chat: only the second to go takes it along."""
    for sender in ("web/main/lee", "slack/main/T1:LEE"):
        assert switchboard("pair", sender, "lee")[0] == 0
    assert switchboard("factor", "enrol", "lee")[0] == 0

    left = []
    for sender in ("web/main/lee", "slack/main/T1:LEE"):
        assert switchboard("unpair", sender)[0] == 0
        _, apps = switchboard("factor", "list")
        left.append("lee" in {one["person"] for one in apps})

    assert left == [True, False]
