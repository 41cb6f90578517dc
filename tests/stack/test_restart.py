"""Stopping and starting again: everything is kept, and it takes seconds."""

import time

START_SECONDS = 15
SAVE_SECONDS = 0.5


def test_what_was_said_and_done_is_still_there(setting):
    day = "2031-09-09"
    asked = setting.web.write(f'/calendar events.create "Kept" start="{day} 08:00"')
    setting.say(asked)
    letter = setting.letter(asked)
    setting.rows.wait_for(asked.run, "answer#000", "SENT")
    setting.api.close()

    setting.stack.stop()
    began = time.monotonic()
    setting.stack.start(iam=True, save_seconds=SAVE_SECONDS)
    took = time.monotonic() - began

    assert took < START_SECONDS
    setting.mailbox.forget()
    assert setting.mailbox.letter(asked).text == letter.text
    assert "Kept" in setting.ask(f"/calendar events.list from={day} to={day}").text
    assert setting.rows.state(asked.run, "answer#000") == "SENT"
