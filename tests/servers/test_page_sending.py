"""Sending: retries under the same id, refusals, lost connections."""

import threading

import pytest
from playwright.sync_api import expect

from tests.servers.page_browser import answers, box, look, own, say


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (500, "The queue is full.", "Not sent. The queue is full."),
        (429, "", "Too many messages. Wait a moment."),
    ],
)
def test_a_refused_message_is_explained_and_retried_with_the_same_id(
    page, backend, status, message, words
):
    backend.fail("webhook", status=status, message=message)

    say(page, "hello")

    expect(own(page)).to_contain_text(words)
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    expect(own(page).get_by_role("button")).to_have_count(0)
    assert len(backend.attempts) == 2
    assert len(set(backend.attempts)) == 1


@pytest.mark.parametrize("handled", [False, True], ids=["before", "after"])
def test_a_lost_connection_is_repeated_under_the_same_id(page, backend, handled):
    backend.fail("webhook", lost=True, handled=handled)

    say(page, "hello")

    expect(answers(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    expect(own(page)).not_to_contain_text("Sending")
    assert len(set(backend.attempts)) == 1
    assert len(backend.received) == 1


def test_a_connection_lost_for_good_leaves_the_decision_to_the_person(timed_page, backend):
    for _ in range(4):
        backend.fail("webhook", lost=True)

    say(timed_page, "hello")
    for attempt in range(1, 5):
        backend.wait_until(lambda attempt=attempt: len(backend.attempts) >= attempt)
        if attempt < 4:
            expect(own(timed_page)).to_contain_text("trying again")
            # The wait may begin a moment after the words have changed.
            while len(backend.attempts) == attempt:
                timed_page.clock.run_for(500)

    expect(own(timed_page)).to_contain_text("The connection was lost.")
    own(timed_page).get_by_role("button", name="Retry").click()
    expect(answers(timed_page)).to_contain_text("hello")
    assert len(set(backend.attempts)) == 1


def test_a_reload_in_the_middle_of_sending_sends_again_under_the_same_id(page, backend):
    gate = threading.Event()
    backend.fail("webhook", gate=gate, lost=True)
    say(page, "hello")
    backend.wait_until(lambda: backend.attempts)

    page.reload()

    expect(answers(page)).to_contain_text("hello")
    gate.set()
    assert len(set(backend.attempts)) == 1


def test_a_server_out_of_reach_is_mentioned_and_forgotten_once_it_is_back(page, backend):
    expect(box(page)).to_be_focused()
    offline = page.get_by_text("Offline, trying again…")
    backend.fail("messages", lost=True)
    backend.fail("messages", lost=True)

    look(page)
    expect(offline).to_be_visible()
    look(page)
    expect(offline).to_have_count(0)
