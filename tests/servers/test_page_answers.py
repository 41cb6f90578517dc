"""What comes back: answers, errors, waiting."""

import re
import threading
import time

from playwright.sync_api import expect

from tests.servers.page_browser import answers, box, look, own, say

SCROLLED_UP = """log => {
    log.scrollTop = 0;
    const seen = done => requestAnimationFrame(() => requestAnimationFrame(done));
    return new Promise(seen);
}"""
"""A page is told that it was scrolled with its next frame."""


def test_a_message_is_sent_and_its_answer_shown_as_markdown(page, backend):
    backend.reply = lambda message: "Done: **one** event\n\n- [calendar](https://example.com/c)"

    say(page, "/calendar events.list")

    expect(own(page).locator(".bubble")).to_have_text("/calendar events.list")
    expect(answers(page).locator("strong")).to_have_text("one")
    link = answers(page).get_by_role("link", name="calendar")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    [message] = backend.received
    sent = {"text": "/calendar events.list", "attachments": [], "locale": "en"}
    assert message == {"id": message["id"], **sent}
    expect(box(page)).to_have_value("")


def test_a_message_that_waits_counts_the_time_and_gives_up_after_a_quarter_of_an_hour(
    timed_page, backend
):
    backend.reply = lambda message: None

    say(timed_page, "a long one")

    waiting = timed_page.locator("p.waiting")
    expect(waiting).to_contain_text("Working…")
    expect(timed_page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    timed_page.clock.fast_forward(65_000)
    expect(waiting.locator(".counter")).to_have_text(re.compile(r"1 min \d\d s"))
    backend.answer("at last", to=backend.received[0]["id"])
    timed_page.clock.fast_forward(1_000)
    expect(answers(timed_page)).to_contain_text("at last")
    expect(waiting).to_have_count(0)

    say(timed_page, "into the void")
    expect(waiting).to_be_visible()
    timed_page.clock.fast_forward(16 * 60_000)
    expect(timed_page.locator("p.silent")).to_contain_text("No answer came.")
    timed_page.get_by_role("button", name="Edit and send again").click()
    expect(box(timed_page)).to_have_value("into the void")


def test_answers_out_of_order_stand_below_their_questions(page, backend):
    backend.reply = lambda message: None
    for text in ("first", "second"):
        say(page, text)
        backend.wait_until(lambda text=text: text in [each["text"] for each in backend.received])

    backend.answer("to the second", to=backend.received[1]["id"])
    expect(answers(page)).to_have_count(1)
    backend.answer("to the first", to=backend.received[0]["id"], at=int(time.time()) + 60)
    expect(answers(page)).to_have_count(2)

    spoken = page.locator("article .bubble, article .markdown").all_inner_texts()
    assert spoken == ["first", "to the first", "second", "to the second"]


def test_messages_arrive_in_the_order_they_were_sent(page, backend):
    gate = threading.Event()
    backend.fail("webhook", gate=gate)

    for text in ("delete it", "yes", "really"):
        say(page, text)
    expect(own(page)).to_have_count(3)
    gate.set()

    expect(answers(page)).to_have_count(3)
    assert [each["text"] for each in backend.received] == ["delete it", "yes", "really"]


def test_days_are_told_apart(page, backend):
    yesterday = int(time.time()) - 24 * 3600
    backend.answer("of yesterday", at=yesterday)
    backend.answer("of today")
    look(page)

    expect(page.get_by_role("separator")).to_have_text(["Yesterday", "Today"])


def test_a_new_answer_out_of_sight_is_announced(open_page, backend):
    for number in range(40):
        backend.answer(f"line {number}", at=int(time.time()) - 100 + number)
    page = open_page(viewport={"width": 800, "height": 600})
    expect(page.get_by_text("line 39", exact=True)).to_be_in_viewport()
    page.locator("#log").evaluate(SCROLLED_UP)

    backend.answer("the news")
    look(page)

    page.get_by_role("button", name="New answer").click()
    expect(page.get_by_text("the news")).to_be_in_viewport()


def test_an_error_is_marked_in_words_and_its_button_says_what_it_stands_for(page, backend):
    backend.reply = lambda message: None
    say(page, "/mail messages.send")
    backend.wait_until(lambda: backend.received)
    buttons = [{"label": "Check", "says": "/check 7K3Q9D"}]
    asked = backend.received[0]["id"]
    backend.answer("This may have happened.", to=asked, error=True, buttons=buttons)
    look(page)

    expect(answers(page)).to_contain_text("This did not work")
    expect(answers(page)).to_contain_text("This may have happened.")
    answers(page).get_by_role("button", name="Check").click()

    backend.wait_until(lambda: len(backend.received) == 2)
    assert backend.received[1]["text"] == "/check 7K3Q9D"
    assert backend.received[1]["attachments"] == []
