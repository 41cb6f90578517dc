"""Connecting at the vendor itself: one browser, once, with PKCE; and tokens that are renewed."""

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import structs

from functions.connect import app
from switchboard import config
from switchboard.cloud.aws import AwsError
from switchboard.credentials import connections, personal
from switchboard.errors import BadRequestError, UnavailableError
from switchboard.ledger import credentials, people, table, tickets
from switchboard.ledger.tickets import Ticket
from switchboard.net import exchange, oauth
from switchboard.net.exchange import HttpResponse
from switchboard.runtime import current
from tests.doubles.vendor_login import FORMS, ID, LIVES, SECRET, VendorLogin
from tests.kit import build, environment
from tests.kit.clock import START
from tests.kit.visitor import Visitor

ADA = Ticket(purpose="connect", person="ada", sender="web/main/ada", data={"tool": "desk"})
ISSUER = "http://127.0.0.1:1"
CLIENT = {"client": {"client_id": ID, "client_secret": SECRET}}


@pytest.fixture(params=FORMS)
def vendor(request, cloud):
    made = VendorLogin(request.param)
    current().give(exchange.current, made)
    current().give(config.compiled, environment.compiled())
    cloud.parameters |= {f"{environment.OAUTH}desk": CLIENT, environment.OAUTH: CLIENT}
    cloud.parameters |= {environment.TOOL: {"connection": {"token": "the workspace's"}}}
    people.pair("web", "main", "ada", build.person())
    return made


@pytest.fixture
def visitor(vendor, cloud):
    def handler(event, context):
        cloud.caller = "switchboard-test-connect"
        try:
            return app.handler(event, context)
        finally:
            cloud.caller = ""

    yield Visitor(handler)
    assert not cloud.denied


@pytest.fixture
def desk(vendor):
    return structs.replace(config.catalogue()["desk"])


def begun(visitor, token=""):
    """Where the browser is sent."""
    if not token:
        token = tickets.token()
        table.transact([tickets.issue_guard(token, ADA, time.time()).item])
    return visitor.post("/connect/authorise", ticket=token)


def connected(visitor, vendor):
    query = vendor.authorise(begun(visitor)["headers"]["location"], iss=ISSUER)
    return visitor.get("/connect/callback", query)


def token_of(desk):
    return connections.connection_of(desk, "ada")["token"]


def test_the_vendor_is_asked_for_as_much_as_the_manifest_says_with_a_challenge(visitor):
    answer = begun(visitor)
    place, _, query = answer["headers"]["location"].partition("?")
    asked = {name: one[0] for name, one in parse_qs(query).items()}

    assert (answer["statusCode"], place) == (303, f"{ISSUER}/authorize")
    assert asked["redirect_uri"] == "https://switchboard.test/connect/callback"
    assert (asked["client_id"], asked["scope"]) == (ID, "notes")
    assert SECRET not in str(answer)
    cookie = answer["headers"]["set-cookie"]
    assert cookie.startswith("__Host-connect=")
    for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert word in cookie
    verifier = visitor.cookies["__Host-connect"]
    assert 43 <= len(verifier) <= 128
    assert asked["code_challenge"] == oauth.challenge(verifier)


def test_the_challenge_is_that_of_the_standard():
    """Source: RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert oauth.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_what_is_granted_lets_the_tool_in_for_the_person_alone(visitor, vendor, desk):
    done = connected(visitor, vendor)

    assert done["statusCode"] == 200
    assert token_of(desk) in vendor.issued
    assert connections.connection_of(desk)["token"] == "the workspace's"
    assert connections.connection_of(desk, "ada").near


def test_a_state_is_good_once_and_for_one_browser(visitor, vendor, cloud):
    query = vendor.authorise(begun(visitor)["headers"]["location"], iss=ISSUER)
    thief = Visitor(visitor._handler)
    begun(thief)
    for cookies in ({}, thief.cookies, {"__Host-connect": ""}):
        thief.cookies = dict(cookies)
        answer = thief.get("/connect/callback", query)
        assert (answer["statusCode"], "browser in which" in answer["body"]) == (400, True)
    assert visitor.get("/connect/callback", query)["statusCode"] == 200
    assert visitor.get("/connect/callback", query)["statusCode"] == 400
    assert len([one for one in vendor.asked if one["grant_type"] == "authorization_code"]) == 1


def test_a_link_leads_to_the_vendor_once(visitor, vendor):
    token = tickets.token()
    table.transact([tickets.issue_guard(token, ADA, time.time()).item])

    assert [begun(visitor, token)["statusCode"] for _ in range(2)] == [303, 400]
    assert visitor.post("/connect/credential", ticket=token, token="t")["statusCode"] == 400


@pytest.mark.parametrize("change", ["iss=https://evil.example", "", "error=access_denied"])
def test_an_answer_of_another_issuer_or_a_refusal_connects_nothing(visitor, vendor, cloud, change):
    query = vendor.authorise(begun(visitor)["headers"]["location"])
    answer = visitor.get("/connect/callback", f"{query}&{change}")

    assert (answer["statusCode"], "did not let you in" in answer["body"]) == (400, True)
    assert vendor.asked == []
    assert credentials.find("desk", "ada") is None


def test_a_refused_code_connects_nothing_and_an_operator_s_mistake_is_not_the_person_s(
    visitor, vendor, cloud
):
    query = vendor.authorise(begun(visitor)["headers"]["location"], iss=ISSUER)
    visitor.get("/connect/callback", query)
    state = parse_qs(urlsplit(begun(visitor)["headers"]["location"]).query)["state"][0]
    used = parse_qs(query)["code"][0]
    answer = visitor.get("/connect/callback", f"code={used}&state={state}&iss={ISSUER}")
    assert (answer["statusCode"], "did not let you in" in answer["body"]) == (400, True)
    assert "words of the vendor's" not in answer["body"]
    cloud.parameters[f"{environment.OAUTH}desk"] = {
        "client": {"client_id": ID, "client_secret": "an old one"}
    }
    assert connected(visitor, vendor)["statusCode"] == 503


GARBLED = [
    HttpResponse(200, {}, {}, b"<html>"),
    HttpResponse(200, {}, {"access_token": "t"}, b"{}"),
    HttpResponse(200, {}, {"access_token": 7, "token_type": "bearer"}, b"{}"),
    HttpResponse(200, {}, {"access_token": "t", "token_type": "mac"}, b"{}"),
    HttpResponse(200, {}, {"access_token": "", "token_type": "bearer"}, b"{}"),
    HttpResponse(302, {"location": "https://evil.example"}, {"a": 1}, b"{}"),
    HttpResponse(400, {}, {"error": ["x"]}, b"{}"),
    HttpResponse(500, {}, {}, b""),
]


@pytest.mark.parametrize("says", GARBLED)
def test_an_answer_that_is_none_connects_nothing(visitor, vendor, says):
    vendor.says = says

    assert connected(visitor, vendor)["statusCode"] == 503
    assert credentials.find("desk", "ada") is None


def test_a_token_that_is_over_is_renewed_and_one_that_is_not_is_used(visitor, vendor, desk, clock):
    connected(visitor, vendor)
    first = token_of(desk)
    assert token_of(desk) == first
    for _ in range(3):
        before = token_of(desk)
        clock.advance(LIVES)
        after = token_of(desk)
        assert (after == before) is (vendor.form == "github")
        assert after in vendor.issued
    assert vendor.reused == 0


def test_of_many_who_find_it_over_one_asks_the_vendor(visitor, vendor, desk, clock):
    connected(visitor, vendor)
    clock.advance(LIVES)

    def token_or_later(_):
        try:
            return token_of(desk)
        except UnavailableError:  # the clock runs ahead of the thread that renews it
            return ""

    with ThreadPoolExecutor(3) as pool:
        found = {*pool.map(token_or_later, range(3))} - {""}

    asked = [one for one in vendor.asked if one["grant_type"] == "refresh_token"]
    assert found == {token_of(desk)}
    assert len(asked) == (vendor.form != "github")
    assert vendor.reused == 0


def test_who_took_it_back_at_the_vendor_s_is_told_to_connect_again(visitor, vendor, desk, clock):
    connected(visitor, vendor)
    clock.advance(LIVES)
    vendor.ends |= {*vendor.issued}

    if vendor.form == "github":
        assert token_of(desk)
        return
    for _ in range(2):
        with pytest.raises(BadRequestError) as told:
            token_of(desk)
        assert told.value.say == "connect_again"
    connected(visitor, vendor)
    assert token_of(desk)


def test_an_outage_of_the_vendor_s_costs_nothing(visitor, vendor, desk, clock):
    connected(visitor, vendor)
    clock.advance(LIVES)
    vendor.says = HttpResponse(503, {}, {}, b"")
    if vendor.form != "github":
        with pytest.raises(UnavailableError):
            token_of(desk)
    vendor.says = None
    assert token_of(desk) in vendor.issued


def test_one_that_died_while_it_renewed_is_waited_for_and_then_followed(
    visitor, vendor, desk, clock
):
    connected(visitor, vendor)
    clock.advance(LIVES)
    if vendor.form == "github":
        return
    assert credentials.begin_renewal(credentials.find("desk", "ada"), clock())
    with pytest.raises(UnavailableError):
        token_of(desk)
    clock.advance(credentials.RENEWAL_SECONDS)
    assert token_of(desk) in vendor.issued


def test_what_was_renewed_is_not_written_over_what_was_connected_meanwhile(
    visitor, vendor, desk, clock
):
    connected(visitor, vendor)
    old = credentials.find("desk", "ada")
    connected(visitor, vendor)
    new = credentials.find("desk", "ada")

    assert not credentials.end_renewal(old, structs.replace(old, sealed="older"))
    assert credentials.find("desk", "ada") == new


def test_only_the_tool_renews(visitor, vendor, cloud):
    connected(visitor, vendor)
    found = credentials.find("desk", "ada")
    for caller in ("dispatch", "connect", "approve", "tool-github"):
        cloud.caller = f"switchboard-test-{caller}"
        with pytest.raises(AwsError, match="AccessDenied"):
            credentials.begin_renewal(found, START)
    cloud.caller = ""
    cloud.denied.clear()


def test_nothing_that_opens_anything_is_in_a_row_a_log_or_a_page(
    visitor, vendor, cloud, clock, capsys
):
    pages = [begun(visitor), connected(visitor, vendor)]
    clock.advance(LIVES)
    token = token_of(config.catalogue()["desk"])
    verifier = visitor.cookies["__Host-connect"]

    seen = str(cloud.table.rows) + str(capsys.readouterr())
    seen += str([one["body"] for one in pages]) + repr(credentials.find("desk", "ada"))
    for secret in (*vendor.issued, token, SECRET, verifier):
        assert secret not in seen
    assert SECRET not in repr(oauth.Client(ID, SECRET))
    assert repr(oauth.Tokens("a", "b")) == "Tokens()"


def test_without_an_operator_s_client_the_page_offers_the_form_alone(visitor, vendor, cloud):
    token = tickets.token()
    table.transact([tickets.issue_guard(token, ADA, time.time()).item])
    assert "Go on at" in visitor.post("/connect/link", ticket=token)["body"]
    del cloud.parameters[f"{environment.OAUTH}desk"]

    assert "Go on at" not in visitor.post("/connect/link", ticket=token)["body"]
    assert begun(visitor, token)["statusCode"] == 400
    assert personal.MOST_BYTES == 4096
