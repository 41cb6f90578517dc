"""Sessions, drafts and what a reload keeps."""

import threading
import time

import pytest
from playwright.sync_api import expect

from tests.servers.page_backend import token_for
from tests.servers.page_browser import answers, box, file, look, own, say


def test_an_expired_session_says_how_to_get_a_new_link_and_keeps_the_draft(page, backend):
    expect(box(page)).to_be_focused()
    backend.token = token_for(renewed=True)
    box(page).fill("half a thought")
    look(page)

    notice = page.get_by_role("alert").filter(has_text="Sign in, or use a new link")
    expect(notice).to_contain_text("make run")
    box(page).press("Enter")
    expect(box(page)).to_have_value("half a thought")
    assert backend.attempts == []
    page.evaluate(f"location.hash = 'session={backend.token}'")
    expect(notice).to_have_count(0)
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("half a thought")


def test_a_message_refused_for_its_session_can_be_sent_with_a_new_one(page, backend):
    expect(page.get_by_text("What shall we do?")).to_be_visible()
    backend.token = token_for(renewed=True)

    say(page, "hello")

    expect(own(page)).to_contain_text("Your session is over.")
    page.goto("about:blank")
    page.goto(backend.link)
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    assert len(set(backend.attempts)) == 1


@pytest.mark.parametrize("session", ["", "#session=nonsense"])
def test_without_a_session_nothing_is_sent_and_the_draft_finds_its_way(open_page, backend, session):
    page = open_page(f"{backend.url}{session}")
    expect(page.get_by_role("alert")).to_contain_text("Sign in, or use a new link")

    say(page, "written too early")

    expect(box(page)).to_have_value("written too early")
    page.goto("about:blank")
    page.goto(backend.link)
    expect(box(page)).to_have_value("written too early")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert backend.attempts == []


def test_a_reload_keeps_the_session_the_conversation_and_the_draft(page, backend):
    expect(page).to_have_url(backend.url)
    for number, text in enumerate(("first", "second"), 1):
        say(page, text)
        expect(answers(page)).to_have_count(number)
    box(page).fill("not yet")

    page.reload()

    spoken = page.locator("article .bubble, article .markdown")
    expect(spoken).to_have_text(["first", "first", "second", "second"])
    expect(box(page)).to_have_value("not yet")
    assert len(backend.received) == 2
    say(page, "still me")
    expect(answers(page)).to_have_count(3)


def test_an_answer_the_server_has_forgotten_is_not_waited_for(page, backend):
    backend.keeps_words = False
    say(page, "long ago")
    expect(answers(page)).to_have_count(1)
    backend.mailbox.clear()

    page.reload()

    expect(page.locator("p.silent")).to_have_text("The answer is no longer kept.")


def test_another_person_sees_another_conversation(page, backend):
    say(page, "my secret")
    expect(answers(page)).to_have_count(1)
    backend.token = token_for("ben")
    backend.mailbox.clear()

    page.evaluate(f"location.hash = 'session={backend.token}'")

    expect(page.get_by_text("What shall we do?")).to_be_visible()
    expect(own(page)).to_have_count(0)


def test_two_tabs_show_the_same_messages(page, backend):
    other = page.context.new_page()
    other.goto(backend.link)

    say(page, "from the first tab")
    say(other, "from the second tab")

    for tab in (page, other):
        expect(own(tab)).to_have_count(2)
        expect(answers(tab)).to_have_count(2)


def test_another_browser_shows_both_sides_and_the_first_one_keeps_nothing(page, backend, open_page):
    page.locator("#picker").set_input_files(file("notes.txt"))
    expect(page.locator("#attachments progress")).to_have_count(0)
    for number, text in enumerate(("first", "second"), 1):
        say(page, text)
        expect(answers(page)).to_have_count(number)
    backend.reply = lambda _: None
    say(page, "not answered yet")
    expect(page.locator(".waiting")).to_be_visible()

    other = open_page()
    spoken = other.locator("article .bubble, article .markdown")
    expect(spoken).to_have_text(["first", "first", "second", "second", "not answered yet"])
    expect(own(other).first.locator(".chip")).to_contain_text("notes.txt")
    expect(other.locator(".waiting")).to_be_visible()
    box(other).press("ArrowUp")
    expect(box(other)).to_have_value("not answered yet")
    look(page)
    page.wait_for_function("() => !JSON.stringify(localStorage).includes('first')")
    assert len(backend.received) == 3


def test_a_long_conversation_is_there_at_once_in_its_order(backend, open_page):
    for number in range(120):
        to = str(number)
        said = {"id": to, "text": f"question {number}", "attachments": [], "at": number}
        backend.mailbox.append(("said", said))
        backend.answer(f"answer {number}", to=to, at=number)
    backend.page_size = 7

    page = open_page()

    expect(answers(page)).to_have_count(120)
    spoken = page.locator("article .bubble, article .markdown").all_inner_texts()
    assert spoken == [f"{side} {n}" for n in range(120) for side in ("question", "answer")]


def test_what_is_said_by_a_clock_that_is_behind_still_comes_last(page, backend):
    backend.answer("from the future", at=int(time.time()) + 3_600)
    look(page)
    expect(answers(page)).to_have_count(1)
    backend.fail("webhook", gate=threading.Event())

    say(page, "now")

    expect(page.locator("article").last).to_contain_text("now")
