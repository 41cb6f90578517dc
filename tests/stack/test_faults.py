"""Whatever is killed, lost or doubled on the way: one effect, one answer."""

from contextlib import contextmanager

from switchboard.frame.attempt import MAX_ATTEMPTS
from tests.stack.faults import Ordeal
from tests.stack.rows import wait_until

CREATE = '/calendar events.create "{title}" start="2031-05-05 12:00"'


def events(setting, title):
    """When the calendar server has written each event of this title."""
    return [at for text, at in setting.events() if f"SUMMARY:{title}" in text]


def assert_once(setting, webhook, title):
    """One event, one answer, nothing left to do, however often the sweep looks."""
    message = setting.wait_for_message(webhook)
    assert title in message.text
    setting.rows.wait_for(webhook.run, "answer#000", "SENT")
    assert setting.rows.state(webhook.run, "op#000") == "DONE"
    setting.rows.age(webhook.run)
    setting.rows.sweep()
    assert "due" not in (setting.rows.row(webhook.run, "op#000") or {})
    assert setting.messages(webhook) == [message]
    assert len(events(setting, title)) == 1


@contextmanager
def disabled(setting, tool):
    """Calls of this tool come to nothing until the end."""
    client, name = setting.stack.client("lambda"), f"switchboard-tool-{tool}"
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=name)


def test_a_tool_killed_after_its_effect_and_before_its_record(setting):
    setting.vendor.kill_after_put()
    webhook = setting.telegram.write(CREATE.format(title="Killed"), room=10)

    setting.say(webhook)
    wait_until(lambda: setting.vendor.killed, "for the tool to be killed")
    assert setting.rows.state(webhook.run, "op#000") == "STARTED"
    assert len(events(setting, "Killed")) == 1
    assert setting.messages(webhook) == []

    setting.rows.age(webhook.run)
    setting.rows.sweep()

    assert_once(setting, webhook, "Killed")
    assert int(setting.rows.row(webhook.run, "op#000")["attempt"]) >= 2


def test_a_tool_killed_at_each_of_its_tries_is_not_tried_for_ever(setting):
    """It is told as what it is; in Slack by an answer with buttons."""
    killed = len(setting.vendor.killed)
    setting.vendor.kill_after_put(MAX_ATTEMPTS)
    webhook = setting.slack.write(CREATE.format(title="Thrice"), room=16)

    setting.say(webhook)
    for tries in range(1, MAX_ATTEMPTS + 1):
        wait_until(lambda: len(setting.vendor.killed) == killed + tries, "for the tool to die")  # noqa: B023
        setting.rows.age(webhook.run)
        setting.rows.sweep()

    message = setting.wait_for_message(webhook)
    row = setting.rows.wait_for(webhook.run, "op#000", "UNKNOWN")
    assert "/sb check" in message.text
    assert int(row["attempt"]) == MAX_ATTEMPTS + 1
    setting.rows.wait_for(webhook.run, "answer#000", "SENT")
    assert len(events(setting, "Thrice")) == 1


def test_one_of_the_two_copies_in_the_inbox_is_lost(setting):
    webhook = setting.telegram.write(CREATE.format(title="Half"), room=11)

    with setting.rows.stopped("InboxUrl"):
        setting.say(webhook)
        assert setting.rows.waiting("InboxUrl") == 2
        lost = setting.rows.delete_message("InboxUrl")

    assert str(webhook.run) in lost
    assert_once(setting, webhook, "Half")


def test_the_only_message_in_the_outbox_is_lost(setting):
    webhook = setting.telegram.write(CREATE.format(title="Mute"), room=12)

    with setting.rows.stopped("OutboxUrl"):
        setting.say(webhook)
        setting.rows.wait_for(webhook.run, "op#000", "DONE")
        lost = setting.rows.delete_message("OutboxUrl")
        assert setting.rows.waiting("OutboxUrl") == 0
    assert str(webhook.run) in lost
    assert setting.rows.state(webhook.run, "answer#000") == "READY"

    setting.rows.age(webhook.run)
    assert setting.rows.sweep()["answers"] == 1

    assert_once(setting, webhook, "Mute")


def test_the_call_of_a_tool_is_lost(setting):
    webhook = setting.telegram.write(CREATE.format(title="Unheard"), room=13)
    with disabled(setting, "calendar"):
        setting.say(webhook)
        setting.rows.wait_for(webhook.run, "op#000", "PLANNED")
        wait_until(lambda: setting.rows.given_up(webhook.run), "for Lambda to give the call up")
    assert events(setting, "Unheard") == []

    setting.rows.age(webhook.run)
    assert setting.rows.sweep()["calls"] == 1

    assert_once(setting, webhook, "Unheard")


def test_the_same_webhook_five_times(setting):
    webhook = setting.telegram.write(CREATE.format(title="Echo"), room=14)

    for _ in range(5):
        setting.say(webhook)

    assert_once(setting, webhook, "Echo")


def test_changes_of_one_conversation_happen_in_the_order_of_its_messages(setting):
    titles = [f"Step {number}" for number in range(5)]
    webhooks = [setting.telegram.write(CREATE.format(title=title), room=15) for title in titles]

    for webhook in webhooks:
        setting.say(webhook)

    answers = [setting.wait_for_message(webhook) for webhook in webhooks]
    assert sorted(answers, key=lambda one: one.at) == answers
    written = [events(setting, title)[0] for title in titles]
    assert sorted(written) == written


def test_forty_messages_while_functions_die_and_queue_messages_get_lost(setting):
    told = []

    report = Ordeal(setting, (5, 8), told.append).run(seed=1)

    assert report.wrong == [], told
    counts = report.counts()
    assert [counts[name] for name in ("messages", "answers", "effects")] == [40, 40, 40]
    assert counts["out_of_order"] == 0
    assert counts["killed"] >= 1
    assert counts["deleted"] >= 2  # of each queue some, or it would be wrong
