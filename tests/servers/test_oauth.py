"""People let a tool in at a certified authorisation server, through the page and over HTTP."""

import re
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from msgspec import structs

from functions.connect import app
from local.api import Server
from switchboard import config
from switchboard.credentials import connections, personal
from switchboard.errors import BadRequestError
from switchboard.ledger import credentials, people, table, tickets
from switchboard.ledger.tickets import Ticket
from switchboard.net import oauth
from switchboard.runtime import current
from switchboard.sdk.manifest import OAuth
from tests.kit import build, environment
from tests.servers.programs import free_port, running

ID, SECRET = "the-client", "canary-client-secret-of-the-operator"
ADA = Ticket(purpose="connect", person="ada", sender="web/main/ada", data={"tool": "desk"})
FORM = re.compile(r'<form[^>]* action="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def page(cloud, monkeypatch):
    """Where the page is served on this machine."""
    port = free_port()
    monkeypatch.setenv("PUBLIC_URL", f"http://127.0.0.1:{port}")
    with Server(port, lambda name, event: app.handler(event, None)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}/connect"
        server.shutdown()


@pytest.fixture
def vendor(cloud, page):
    """A server that takes each refresh token once, and ends all that it granted if it comes again.

    Its tokens live for less than what a token must have left, so each call renews.
    """
    port = free_port()
    script = Path(__file__).parent / "oauth_server.mjs"
    issuer = f"http://127.0.0.1:{port}"
    current().give(config.compiled, environment.compiled())
    grants = OAuth(
        authorize=f"{issuer}/auth",
        token=f"{issuer}/token",
        scopes=("openid", "offline_access"),
        secret="token",
        extra={"prompt": "consent"},
        issuer=issuer,
    )
    desk = structs.replace(config.catalogue()["desk"], oauth=grants)
    current().give(config.catalogue, {"desk": desk})
    client = {"client": {"client_id": ID, "client_secret": SECRET}}
    cloud.parameters |= {f"{environment.OAUTH}desk": client, environment.OAUTH: client}
    people.pair("web", "main", "ada", build.person())
    with running(["node", script, str(port), f"{page}/callback"], port):
        yield desk


@pytest.fixture
def ada(page):
    """Ada's browser, as far as it sends forms and goes where it is sent."""
    with requests.Session() as session:
        session.headers["origin"] = urlsplit(page)._replace(path="").geturl()
        session.headers["connection"] = "close"
        yield session


def link():
    token = tickets.token()
    table.transact([tickets.issue_guard(token, ADA, time.time()).item])
    return token


def allowed(ada, page):
    """The vendor's answer to the page, after Ada has signed in there and agreed."""
    begun = ada.post(f"{page}/authorise", data={"ticket": link()}, allow_redirects=False)
    assert begun.status_code == 303, begun.text[-300:]
    at = begun.headers["location"]
    for _ in range(20):
        if at.startswith(page):
            return at
        answer = ada.get(at, allow_redirects=False)
        if answer.is_redirect:
            at = requests.compat.urljoin(at, answer.headers["location"])
            continue
        action = requests.compat.urljoin(at, FORM.search(answer.text)[1])
        given = {**dict(HIDDEN.findall(answer.text)), "login": "ada", "password": "any"}
        answer = ada.post(action, data=given, allow_redirects=False)
        at = requests.compat.urljoin(action, answer.headers["location"])
    raise AssertionError(at)


def is_good(vendor, token):
    """Whether the vendor lets somebody in by it."""
    issuer = vendor.oauth.issuer
    answer = requests.get(f"{issuer}/me", headers={"authorization": f"Bearer {token}"}, timeout=10)
    return answer.status_code == 200


def token_of(vendor):
    return connections.connection_of(vendor, "ada")["token"]


def test_what_the_vendor_grants_lets_the_tool_in_and_is_renewed_again_and_again(page, vendor, ada):
    done = ada.get(allowed(ada, page))

    assert (done.status_code, "/desk notes.list" in done.text) == (200, True)
    tokens = [token_of(vendor) for _ in range(4)]
    assert len(set(tokens)) == 4
    assert all(is_good(vendor, one) for one in tokens)


def test_an_answer_is_taken_once_and_of_the_browser_that_began(page, vendor, ada):
    answer = allowed(ada, page)

    assert requests.get(answer, timeout=10).status_code == 400
    assert ada.get(answer).status_code == 200
    assert ada.get(answer).status_code == 400
    assert is_good(vendor, token_of(vendor))


def test_a_code_is_worth_nothing_without_what_the_browser_has(page, vendor, ada):
    answer = requests.compat.urlparse(allowed(ada, page))
    code = dict(one.split("=") for one in answer.query.split("&"))["code"]
    client, redirect = oauth.Client(ID, SECRET), f"{page}/callback"

    for verifier, place in (("v" * 43, redirect), (ada.cookies["connect"], f"{page}/other")):
        with pytest.raises(BadRequestError):
            oauth.exchanged(vendor.oauth.token, client, code, verifier, place)


def test_who_takes_it_back_there_is_told_to_connect_again(page, vendor, ada):
    ada.get(allowed(ada, page))
    token_of(vendor)
    row = credentials.find("desk", "ada")
    told = {"client_id": ID, "client_secret": SECRET}
    told["token"] = personal._unsealed(row, row.renewal).decode()
    revoked = requests.post(f"{vendor.oauth.issuer}/token/revocation", data=told, timeout=10)
    assert revoked.status_code == 200

    with pytest.raises(BadRequestError) as refused:
        token_of(vendor)

    assert refused.value.say == "connect_again"
    ada.get(allowed(ada, page))
    assert is_good(vendor, token_of(vendor))


def test_a_refresh_token_that_comes_twice_ends_all_that_was_granted(page, vendor, ada):
    """Why one environment at a time renews: the server is as strict as RFC 9700 wants it."""
    ada.get(allowed(ada, page))
    row = credentials.find("desk", "ada")
    used = personal._unsealed(row, row.renewal).decode()
    token = token_of(vendor)

    with pytest.raises(BadRequestError):
        oauth.renewed(vendor.oauth.token, oauth.Client(ID, SECRET), used)

    assert not is_good(vendor, token)
