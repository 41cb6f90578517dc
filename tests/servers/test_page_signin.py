"""Signing in at the page, in a browser, at the real function: in, on, and out again."""

import re

import pytest
from msgspec import structs
from playwright.sync_api import expect

from functions.signin import app
from switchboard import config
from switchboard.channels.base import Webhook
from switchboard.channels.web.session import session_of
from switchboard.config import Signin
from switchboard.errors import BadSignatureError
from switchboard.runtime import current
from tests.kit.clock import START
from tests.kit.signing import SECRET, Known
from tests.servers.page_browser import answers, box, look, say

TOKEN = "sessionStorage.getItem('switchboard:session')"


@pytest.fixture
def ana(cloud, clock, backend):
    """Known to the function that signs in, whose sessions the page's server takes."""

    def answer(event):
        cloud.caller = "switchboard-test-signin"
        return app.handler(event, None)

    def accepts(token):
        asked = Webhook("GET", {"authorization": f"Bearer {token}"}, {}, b"", clock())
        try:
            return session_of(asked, [SECRET.encode()]).sub == "ana"
        except BadSignatureError:
            return False

    backend.signin, backend.accepts = answer, accepts
    return Known(cloud, "ana")


@pytest.fixture
def page(open_page, backend, ana):
    """The page as somebody finds it who has no session."""
    return open_page(backend.url)


def form(page):
    return page.get_by_role("form", name="Sign in")


def fill(page, typed):
    for name, value in typed.items():
        form(page).locator(f"[name={name}]").fill(value)
    form(page).get_by_role("button", name="Sign in").click()


def signed_in(page, ana, now=START):
    fill(page, ana.typed(now))
    expect(form(page)).to_have_count(0)


def test_who_signs_in_goes_on_writing_what_they_began(page, ana, backend):
    expect(form(page)).to_be_visible()
    box(page).fill("half a thought")

    signed_in(page, ana)

    expect(page.get_by_role("alert")).to_have_count(0)
    expect(box(page)).to_have_value("half a thought")
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("half a thought")


def test_what_is_wrong_is_said_and_the_code_is_typed_anew(page, ana):
    fill(page, ana.typed(START, code=ana.wrong(START)))

    said = form(page).get_by_role("status")
    expect(said).to_contain_text("is wrong, or there were too many tries")
    expect(form(page).locator("[name=code]")).to_be_focused()
    expect(form(page).locator("[name=code]")).to_have_value("")
    signed_in(page, ana)


def test_neither_password_nor_token_nor_cookie_is_kept_where_a_script_reads(page, ana):
    signed_in(page, ana)
    kept = page.evaluate("JSON.stringify([{...localStorage}, document.cookie, location.href])")
    (cookie,) = page.context.cookies()

    assert ana.typed(START)["password"] not in kept
    assert cookie["value"].partition(".")[2] not in kept
    assert "session=" not in kept
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert cookie["path"].endswith("/signin")


def test_a_reload_and_another_tab_go_on_without_the_form(page, ana):
    signed_in(page, ana)
    page.reload()
    expect(page.get_by_text("What shall we do?")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)

    say(other, "from another tab")

    expect(answers(other)).to_contain_text("from another tab")
    expect(form(other)).to_have_count(0)
    expect(answers(page)).to_contain_text("from another tab")


def test_a_session_is_renewed_before_it_ends_while_somebody_writes(page, ana, clock, backend):
    signed_in(page, ana)
    page.clock.install()
    page.reload()
    expect(page.get_by_text("What shall we do?")).to_be_visible()
    box(page).fill("half a thought")
    before, token = backend.signins.count("/signin/renew"), page.evaluate(TOKEN)
    clock.advance(850)
    page.clock.fast_forward(850_000)
    look(page)
    page.wait_for_function(f"token => {TOKEN} !== token", arg=token)
    clock.advance(100)  # the token that it began with holds no more
    page.clock.fast_forward(100_000)
    look(page)

    expect(box(page)).to_have_value("half a thought")
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("half a thought")
    expect(form(page)).to_have_count(0)
    assert backend.signins.count("/signin/renew") == before + 1


def test_a_laptop_that_slept_goes_on_by_its_cookie(page, ana, clock, backend):
    signed_in(page, ana)
    box(page).fill("before lunch")
    clock.advance(3_600)

    box(page).press("Enter")

    expect(answers(page)).to_contain_text("before lunch")
    assert len(set(backend.attempts)) == 1


def test_a_renewal_that_gets_lost_is_tried_again(page, ana, clock, backend):
    signed_in(page, ana)
    clock.advance(3_600)
    backend.fail("signin", lost=True)

    say(page, "through a tunnel")

    expect(answers(page)).to_contain_text("through a tunnel")
    expect(form(page)).to_have_count(0)


def test_when_it_is_over_the_form_is_there_and_the_draft_stays(page, ana, clock):
    signed_in(page, ana)
    box(page).fill("a long letter")
    clock.advance(43_200)
    look(page)

    expect(form(page)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Your session is over")
    expect(box(page)).to_have_value("a long letter")
    signed_in(page, ana, clock())
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("a long letter")


def test_who_signs_out_is_out_in_every_tab(page, ana, backend, clock):
    signed_in(page, ana)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("What shall we do?")).to_be_visible()
    page.get_by_role("button", name="You", exact=True).click()

    page.get_by_role("button", name="Sign out").click()

    expect(form(page)).to_be_visible()
    assert page.context.cookies() == []
    clock.advance(900)
    look(other)
    expect(form(other)).to_be_visible()


def test_the_other_way_in_is_offered_where_there_is_one(open_page, backend, ana):
    told = structs.replace(config.load(), signin=Signin(config.Oidc("https://id.example", "us")))
    current().give(config.load, told)
    page = open_page(backend.url)

    way = form(page).get_by_role("link", name="Sign in by id.example")
    expect(way).to_have_attribute("href", re.compile(r"/signin/oidc$"))


def test_who_came_by_a_link_has_nothing_to_sign_out_of(open_page, backend):
    page = open_page()
    page.get_by_role("button", name="You", exact=True).click()

    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
