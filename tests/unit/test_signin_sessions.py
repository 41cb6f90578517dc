"""A session goes on by tokens that are used once, and ends with whatever it began with."""

import pytest

from switchboard.ledger import factors, people, sessions, table
from switchboard.ledger import passwords as kept
from tests.kit import build
from tests.kit.clock import START
from tests.kit.signing import Browser, Known
from tests.unit.test_signin import claims_of

RENEW, OUT = "/signin/renew", "/signin/out"


@pytest.fixture
def ada(cloud):
    return Known(cloud)


@pytest.fixture
def browser(cloud, ada):
    made = Browser(cloud)
    assert made.post("/signin/session", ada.typed(START))[0] == 200
    return made


def stolen(browser):
    """A thief with the cookies that the browser has now."""
    made = Browser(browser.cloud, "192.0.2.66")
    made.cookies |= browser.cookies
    return made


def test_a_renewal_gives_another_token_of_the_same_session(browser, clock):
    before = dict(browser.cookies)
    clock.advance(840)
    status, body = browser.post(RENEW)

    told = claims_of(body)
    assert status == 200
    assert (told["iat"], told["auth_time"], told["amr"]) == (START + 840, START, ["pwd", "otp"])
    assert browser.cookies != before
    assert browser.attributes["max-age"] == str(43_200 - 840)


def test_who_shows_a_used_token_ends_the_session_for_both(browser, clock):
    thief = stolen(browser)
    assert browser.post(RENEW)[0] == 200
    clock.advance(sessions.GRACE_SECONDS)

    assert thief.post(RENEW)[0] == 401
    assert browser.post(RENEW)[0] == 401
    assert browser.cookies == {}


def test_a_thief_who_comes_first_has_it_until_the_browser_shows_its_own(browser, clock):
    thief = stolen(browser)
    assert thief.post(RENEW)[0] == 200
    clock.advance(sessions.GRACE_SECONDS)

    assert browser.post(RENEW)[0] == 401
    assert thief.post(RENEW)[0] == 401


def test_two_tabs_at_once_both_go_on_and_one_gets_the_next_token(browser, clock):
    other = stolen(browser)
    (first, one), (second, two) = browser.post(RENEW), other.post(RENEW)

    assert (first, second) == (200, 200)
    assert claims_of(one)["jti"] != claims_of(two)["jti"]
    assert other.cookies != browser.cookies
    assert browser.post(RENEW)[0] == 200


def test_two_that_read_the_row_before_either_moves_it_are_two_tabs(browser, clock):
    (token,) = browser.cookies.values()
    found = sessions.find(token, START)

    first, second = (sessions.renew(found, token, START) for _ in range(2))

    assert first.token
    assert second == sessions.Renewed(second.session)
    assert sessions.renew(sessions.find(token, START), first.token, START).token


def test_a_token_before_the_last_has_no_grace(browser, clock):
    thief = stolen(browser)
    browser.post(RENEW)
    browser.post(RENEW)

    assert thief.post(RENEW)[0] == 401
    assert browser.post(RENEW)[0] == 401


@pytest.mark.parametrize("token", ["", ".", "a.b", "x" * 4_000, "{id}.wrong", "{id}", "é.{id}"])
def test_what_is_no_token_renews_nothing(browser, cloud, token):
    (mine,) = browser.cookies.values()
    other = Browser(cloud)
    other.cookies["__Secure-switchboard"] = token.format(id=mine.partition(".")[0])

    assert other.post(RENEW)[0] == 401


def test_it_ends_twelve_hours_after_signing_in_however_often_it_is_renewed(browser, clock):
    for _ in range(47):
        clock.advance(900)
        assert browser.post(RENEW)[0] == 200
    clock.advance(890)
    assert claims_of(browser.post(RENEW)[1])["exp"] == START + 43_200
    clock.advance(10)

    assert browser.post(RENEW)[0] == 401


def test_signing_out_ends_it_in_every_tab(browser):
    thief = stolen(browser)

    assert browser.post(OUT) == (200, {})
    assert browser.cookies == {}
    assert thief.post(RENEW)[0] == 401
    assert browser.post(OUT) == (200, {})


def test_who_only_knows_a_session_s_id_does_not_end_it_by_signing_out(browser, cloud):
    (token,) = browser.cookies.values()
    other = Browser(cloud)
    other.cookies["__Secure-switchboard"] = f"{token.partition('.')[0]}.guessed"
    other.post(OUT)

    assert browser.post(RENEW)[0] == 200


def _reset(ada):
    factors.remove("ada")


def _enrolled_anew(ada):
    factors.remove("ada")
    type(ada).__mro__[1]("ada", now=START - 60)


def _another_password(ada):
    table.transact([kept.set_guard("ada", "hash", START).item])


def _unpaired(ada):
    people.unpair("web", "main", "ada", START)


def _somebody_else_s(ada):
    people.pair("web", "main", "ada", build.person(id="eve"))


@pytest.mark.parametrize(
    "change", [_reset, _enrolled_anew, _another_password, _unpaired, _somebody_else_s]
)
def test_it_ends_with_the_factor_the_password_and_the_sender_that_it_began_with(
    ada, browser, change
):
    change(ada)

    assert browser.post(RENEW)[0] == 401
    assert not any(pk.startswith("session#") for pk, _ in browser.cloud.table.rows)


def test_another_site_renews_and_ends_nothing(browser):
    assert browser.post(RENEW, sec_fetch_site="cross-site")[0] == 403
    assert browser.post(OUT, content_type="text/plain")[0] == 403
    assert browser.post(RENEW)[0] == 200


@pytest.mark.parametrize(("method", "path"), [("GET", RENEW), ("POST", "/signin/else")])
def test_there_is_nothing_else(browser, method, path):
    assert browser.answered(browser.event(method, path, "", {}))[0] == 404
