"""Stopped or killed, and started again: everything is kept, and it takes seconds."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from local import deployment
from local.stack import NAME
from tests.stack.rows import wait_until

START_SECONDS = 15
SAVE_SECONDS = 0.5


def stopped(setting, message):
    setting.stack.stop()


def killed(setting, message):
    """The local AWS, once it has saved the answer to the message, without a word to it."""
    state = setting.stack._state
    saved = state / "aws" / "dynamodb.json"
    answer = re.compile(rf'in_reply_to[\\":\s]+{message}')
    wait_until(lambda: answer.search(saved.read_text(encoding="utf-8")), "for it to be saved")
    os.kill(int((state / "aws.pid").read_text(encoding="utf-8").split()[0]), signal.SIGKILL)
    wait_until(lambda: not setting.stack.emulator.alive, "for it to end")
    setting.stack.stop()


@pytest.mark.parametrize("end", [stopped, killed])
def test_what_was_said_and_done_is_still_there(setting, end):
    day = "2031-09-09"
    asked = setting.web.write(f'/calendar events.create "Kept" start="{day} 08:00"')
    setting.say(asked)
    letter = setting.letter(asked)
    setting.rows.wait_for(asked.run, "answer#000", "SENT")
    setting.api.close()

    end(setting, letter.target)
    began = time.monotonic()
    setting.stack.start(iam=True, save_seconds=SAVE_SECONDS)
    took = time.monotonic() - began

    assert took < START_SECONDS
    setting.mailbox.forget()
    assert setting.mailbox.letter(asked).text == letter.text
    assert "Kept" in setting.ask(f"/calendar events.list from={day} to={day}").text
    assert setting.rows.state(asked.run, "answer#000") == "SENT"


def test_what_the_template_has_got_since_is_not_missed(setting, tmp_path, monkeypatch):
    text = Path("template.yaml").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    grown = text + "  Another:\n    Type: AWS::Serverless::Function\n"
    Path("template.yaml").write_text(grown, encoding="utf-8")

    environment = setting.stack.emulator.environment
    assert deployment.stands(NAME, setting.stack.outputs, environment)
    lost = {**setting.stack.outputs, "LedgerTable": "another"}
    assert not deployment.stands(NAME, lost, environment)
