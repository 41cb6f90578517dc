"""Signing in at the chat page: who is let in, and what all others learn."""

from datetime import UTC, datetime
from itertools import count
from threading import Barrier, Lock, Thread, local

import jwt
import pytest

from functions.console import session as console
from functions.signin import entry, passwords
from switchboard.channels.base import Webhook
from switchboard.channels.web.session import AUDIENCE, session_of
from switchboard.cloud import aws
from switchboard.credentials import codes
from switchboard.errors import BadRequestError
from switchboard.ledger import attempts, factors, people
from switchboard.runtime import current
from tests.kit import build
from tests.kit.clock import START
from tests.kit.environment import CHANNELS
from tests.kit.signing import PASSWORD, SECRET, Browser, Known

SESSION = "/signin/session"


@pytest.fixture
def ada(cloud):
    return Known(cloud)


@pytest.fixture
def browser(cloud):
    return Browser(cloud)


def claims_of(body):
    options = {"verify_exp": False, "verify_iat": False}  # PyJWT has a clock of its own
    return jwt.decode(body["token"], SECRET, ["HS256"], audience=AUDIENCE, options=options)


def test_name_password_and_code_make_a_session_of_a_quarter_of_an_hour(ada, browser):
    status, body = browser.post(SESSION, ada.typed(START))

    told = claims_of(body)
    assert status == 200
    assert (told["sub"], told["aud"], told["amr"]) == ("ada", AUDIENCE, ["pwd", "otp"])
    assert (told["iat"], told["exp"], told["auth_time"]) == (START, START + 900, START)
    assert len(told["jti"]) == 32
    assert [*browser.cookies] == ["__Secure-switchboard"]
    assert browser.attributes == {
        "max-age": "43200",
        "httponly": "",
        "samesite": "Strict",
        "secure": "",
    }


def test_ingest_and_the_console_take_what_is_given(ada, browser, clock):
    clock.advance(datetime.now(UTC).timestamp() - START)
    now = clock()
    _, body = browser.post(SESSION, ada.typed(now))
    header = f"Bearer {body['token']}"

    asked = Webhook("POST", {"authorization": header}, {}, b"", now)
    assert session_of(asked, [SECRET.encode()]).sub == "ada"
    assert console.subject(header) == "ada"


def test_on_this_machine_the_cookie_needs_no_tls(ada, cloud):
    browser = Browser(cloud, host="localhost:4566")
    browser.post(SESSION, ada.typed(START))

    assert [*browser.cookies] == ["switchboard"]
    assert "secure" not in browser.attributes


def test_a_recovery_code_lets_in_once(ada, browser):
    typed = ada.typed(START, code=ada.recovery[0])

    assert [browser.post(SESSION, typed)[0] for _ in range(2)] == [200, 401]


def test_who_has_no_sender_of_the_page_gets_one_of_their_name_and_least_role(cloud, browser):
    ada = Known(cloud, "ada", "slack/main/U1", "feishu/main/ou_1")
    admin = build.person(id="ada", name="Ada", role="admin", timezone="Europe/Berlin")
    people.pair("slack", "main", "U1", admin)

    assert claims_of(browser.post(SESSION, ada.typed(START))[1])["sub"] == "ada"
    found = people.person_at("web", "main", "ada")
    assert (found.id, found.role) == ("ada", "member")


def test_who_has_one_goes_on_by_it(cloud, browser):
    ada = Known(cloud, "ada", "slack/main/U1", "web/main/laptop")

    assert claims_of(browser.post(SESSION, ada.typed(START))[1])["sub"] == "laptop"
    assert people.person_at("web", "main", "ada") is None


def test_nobody_gets_a_sender_that_is_somebody_else_s(cloud, browser):
    people.pair("web", "main", "ada", build.person(id="eve"))
    ada = Known(cloud)

    assert browser.post(SESSION, ada.typed(START))[0] == 401
    assert people.person_at("web", "main", "ada").id == "eve"


def test_who_was_unpaired_everywhere_is_nobody(ada, browser):
    people.unpair("slack", "main", "ada", START)

    assert browser.post(SESSION, ada.typed(START))[0] == 401


def test_whatever_is_wrong_the_answer_and_its_calls_are_the_same(ada, cloud, monkeypatch):
    """Counted, as no clock of a busy machine tells: the slow hash among the calls."""
    lock, verify, seen = Known(cloud, "lock"), passwords.is_right, {}
    for _ in range(factors.ROUND):
        with pytest.raises(BadRequestError):
            codes.check("lock", lock.wrong(START), START)
    calls = cloud.ports.calls
    monkeypatch.setattr(passwords, "is_right", lambda *a: calls.append("hash") or verify(*a))
    wrong = {
        "code": ada.typed(START, code=ada.wrong(START)),
        "recovery code": ada.typed(START, code="0000-0000-0000"),
        "password": ada.typed(START, password=PASSWORD + "!"),
        "both": ada.typed(START, password="x", code=ada.wrong(START)),
        "name": ada.typed(START, person="eve"),
        "locked": lock.typed(START),
        "locked, and the password": lock.typed(START, password="x"),
    }
    for (name, typed), place in zip(wrong.items(), count(1), strict=False):
        calls.clear()
        answer = Browser(cloud, f"203.0.113.{place}").post(SESSION, typed)
        seen[name] = answer, calls[-5:]  # before these are the counts of attempts

    status, body = seen["code"][0]
    assert (status, body["error"]["code"]) == (401, "signin_failed")
    assert "hash" in seen["code"][1]
    assert seen == dict.fromkeys(wrong, seen["code"])


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "123456\n7", "ada"])
def test_what_is_no_code_is_no_attempt(ada, browser, cloud, code):
    cloud.ports.calls.clear()

    assert browser.post(SESSION, ada.typed(START, code=code))[0] == 401
    assert cloud.ports.calls == []


def test_who_knows_only_a_name_does_not_lock_its_factor(ada, browser):
    for _ in range(entry.PER_PERSON - 1):
        browser.post(SESSION, ada.typed(START, password="guessed it is"))

    assert factors.find("ada").fails == 0
    assert browser.post(SESSION, ada.typed(START))[0] == 200


def test_a_person_has_only_so_many_attempts_in_a_while_wherever_they_come_from(ada, cloud, clock):
    places = (Browser(cloud, f"198.51.100.{one}") for one in count(1))
    for _ in range(entry.PER_PERSON):
        next(places).post(SESSION, ada.typed(START, password="guessed it is"))
    assert next(places).post(SESSION, ada.typed(START))[0] == 401
    clock.advance(attempts.WINDOW_SECONDS)

    assert next(places).post(SESSION, ada.typed(clock()))[0] == 200


@pytest.mark.parametrize("place", ["203.0.113.7", "2001:db8::{}", "no address"])
def test_a_source_has_only_so_many_and_all_of_a_64_of_ipv6_is_one(ada, cloud, place):
    for number in range(entry.PER_SOURCE):
        Browser(cloud, place.format(number)).post(SESSION, ada.typed(START, person="eve"))

    assert Browser(cloud, place.format("ffff")).post(SESSION, ada.typed(START))[0] == 401
    assert Browser(cloud, "2001:db8:0:1::1").post(SESSION, ada.typed(START))[0] == 200


def at_once(cloud, typed):
    """The statuses of as many threads, each from a place of its own, which all begin together."""
    lock, found, read, waited = Lock(), [], Barrier(len(typed)), local()

    def one_at_a_time(*asked):
        if not hasattr(waited, "once"):
            waited.once = read.wait(60)
        with lock:
            cloud.caller = "switchboard-test-signin"
            return cloud(*asked)

    current().give(aws.transport, one_at_a_time)

    def tried(number, one):
        browser = Browser(cloud, f"198.51.{number}.1")
        found.append(browser.post(SESSION, one)[0])

    threads = [Thread(target=tried, args=each) for each in enumerate(typed)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_200_parallel_right_codes_one_makes_a_session(ada, cloud):
    found = at_once(cloud, [ada.typed(START)] * 200)

    assert (len(found), found.count(200)) == (200, 1)
    assert sum(pk.startswith("session#") for pk, _ in cloud.table.rows) == 1


def test_of_200_parallel_wrong_ones_as_many_are_evaluated_as_may_be(ada, cloud, monkeypatch):
    hashes, compared = [], []
    verify, compare = passwords.is_right, codes.right_step
    monkeypatch.setattr(passwords, "is_right", lambda *a: hashes.append(a) or verify(*a))
    monkeypatch.setattr(codes, "right_step", lambda *a: compared.append(a) or compare(*a))

    found = at_once(cloud, [ada.typed(START, code=ada.wrong(START))] * 200)

    assert found == [401] * 200
    assert len(hashes) == entry.PER_PERSON
    assert 0 < len(compared) <= factors.ROUND


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"content_type": "text/plain"}, 403),
        ({"content_type": "application/x-www-form-urlencoded"}, 403),
        ({"content_type": "application/json; charset=utf-8"}, 200),
    ],
)
def test_another_site_s_page_signs_nobody_in(ada, browser, headers, status):
    assert browser.post(SESSION, ada.typed(START), **headers)[0] == status


@pytest.mark.parametrize(
    "body", [[], {}, {"person": "ada"}, {"person": 1, "password": "", "code": ""}, "x" * 20_000]
)
def test_what_does_not_fit_is_refused_and_not_repeated(ada, browser, body):
    status, answer = browser.post(SESSION, body)

    assert status == 400
    assert "ada" not in answer["error"]["message"]


def test_without_the_page_s_secret_nobody_is_let_in(ada, browser, cloud):
    cloud.parameters[CHANNELS] = {}

    assert browser.post(SESSION, ada.typed(START))[0] == 503


def test_nothing_that_is_typed_or_given_is_kept_or_logged(ada, browser, cloud, capsys):
    for typed in (ada.typed(START, person="password in the name"), ada.typed(START)):
        code = typed["code"]
        _, body = browser.post(SESSION, typed)
    browser.post("/signin/renew")
    (cookie,) = browser.cookies.values()
    written = str(cloud.table.rows) + str(cloud.objects) + "".join(capsys.readouterr())

    for canary in (PASSWORD, cookie.partition(".")[2], body["token"], f"'{code}'", browser.source):
        assert canary not in written
    assert repr(entry.Asked("ada", PASSWORD, code)) == "Asked()"
