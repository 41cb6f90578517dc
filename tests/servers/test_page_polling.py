"""How often the page asks."""

from playwright.sync_api import expect

from tests.servers.page_browser import answers, hide, poll_gaps, say


def test_polling_backs_off_when_nothing_happens(timed_page):
    poll_gaps(timed_page, 1_000)  # its clock stands still from here, however slow the machine is
    timed_page.evaluate("window.dispatchEvent(new Event('focus'))")
    gaps = poll_gaps(timed_page, 60_000)

    assert gaps == sorted(gaps)
    assert gaps[0] < 3_000
    assert gaps[-2:] == [10_000, 10_000]


def test_polling_is_quick_for_an_answer_slow_in_the_background_and_at_once_on_return(
    timed_page, backend
):
    backend.reply = lambda message: None
    poll_gaps(timed_page, 30_000)
    say(timed_page, "hello")
    expect(timed_page.locator("p.waiting")).to_be_visible()
    assert set(poll_gaps(timed_page, 8_000)) == {1_000}

    hide(timed_page, hidden=True)
    assert set(poll_gaps(timed_page, 30_000)) == {10_000}
    backend.answer("done", to=backend.received[0]["id"])
    poll_gaps(timed_page, 10_000)
    expect(timed_page).to_have_title("(1) Switchboard")
    before = len(backend.polls)
    hide(timed_page, hidden=False)
    backend.wait_until(lambda: len(backend.polls) > before)
    expect(timed_page).to_have_title("Switchboard")


def test_polling_asks_only_for_what_is_new_and_waits_as_long_as_it_is_told(timed_page, backend):
    backend.answer("one")
    backend.answer("two")
    expect(answers(timed_page)).to_have_count(2)
    poll_gaps(timed_page, 5_000)
    assert backend.polls[-1] == "2"

    backend.fail("messages", status=429, headers={"Retry-After": "30"})
    gaps = poll_gaps(timed_page, 60_000)

    assert 30_000 in gaps
    expect(timed_page.locator("#connection")).to_be_empty()
