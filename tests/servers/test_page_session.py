"""Sessions, drafts and what a reload keeps."""

import pytest
from playwright.sync_api import expect

from tests.servers.page_backend import token_for
from tests.servers.page_browser import answers, box, look, own, say


def test_an_expired_session_says_how_to_get_a_new_link_and_keeps_the_draft(page, backend):
    expect(box(page)).to_be_focused()
    backend.token = token_for(renewed=True)
    box(page).fill("half a thought")
    look(page)

    notice = page.get_by_role("alert").filter(has_text="You need a new link")
    expect(notice).to_contain_text("make run")
    box(page).press("Enter")
    expect(box(page)).to_have_value("half a thought")
    assert backend.attempts == []
    page.evaluate(f"location.hash = 'session={backend.token}'")
    expect(notice).to_have_count(0)
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("half a thought")


def test_a_message_refused_for_its_session_can_be_sent_with_a_new_one(page, backend):
    expect(box(page)).to_be_focused()
    backend.token = token_for(renewed=True)

    say(page, "hello")

    expect(own(page)).to_contain_text("Your link has expired.")
    page.goto("about:blank")
    page.goto(backend.link)
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    assert len(set(backend.attempts)) == 1


@pytest.mark.parametrize("session", ["", "#session=nonsense"])
def test_without_a_session_nothing_is_sent_and_the_draft_finds_its_way(open_page, backend, session):
    page = open_page(f"{backend.url}{session}")
    expect(page.get_by_role("alert")).to_contain_text("You need a new link")

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
    say(page, "long ago")
    expect(answers(page)).to_have_count(1)
    backend.answers.clear()

    page.reload()

    expect(page.locator("p.silent")).to_have_text("The answer is no longer kept.")


def test_another_person_sees_another_conversation(page, backend):
    say(page, "my secret")
    expect(answers(page)).to_have_count(1)
    backend.token = token_for("ben")
    backend.answers.clear()

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
