"""Signing in at a real provider of OpenID Connect, which a person goes through by its own forms."""

import re
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from msgspec import structs

from functions.signin import app
from scripts.sign_events import SECRETS
from switchboard import config
from switchboard.cloud import aws
from switchboard.config import Signin
from switchboard.ledger import bindings, people, table
from switchboard.runtime import current
from tests.doubles.oidc import CLIENT, SECRET
from tests.kit import build
from tests.kit.clock import Clock
from tests.kit.environment import CHANNELS, surroundings
from tests.kit.fakes import Aws
from tests.kit.signing import Browser
from tests.servers.programs import free_port, running

BACK = "http://127.0.0.1:9/signin/callback"


class Person(HTTPRedirectHandler):
    """Types into the provider's pages until they lead back to us."""

    def __init__(self):
        self.opener = build_opener(self, HTTPCookieProcessor(CookieJar()))
        self.back = ""

    def redirect_request(self, *told):
        if told[-1].startswith(BACK):
            self.back = told[-1]
            return None
        return super().redirect_request(*told)

    def go(self, url, fields=None):
        data = urlencode(fields).encode() if fields else None
        with self.opener.open(Request(url, data)) as answer:
            return answer.read().decode(), answer.url

    def sign_in(self, url, name):
        page, at = self.go(url)
        for _ in range(4):
            action = re.search(r'action="([^"]+)"', page)[1]
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            fields = {"prompt": prompt, "login": name, "password": "any"}
            with suppress(OSError):  # where we are, nobody listens
                page, at = self.go(urljoin(at, action), fields)
            if self.back:
                return dict(parse_qsl(urlsplit(self.back).query))
        raise AssertionError(page)


@pytest.fixture
def provider():
    port = free_port()
    program = Path(__file__).with_name("oidc_server.mjs")
    with running(["node", str(program), str(port), BACK], port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def cloud(provider):
    made = Aws(Clock())
    with surroundings(PUBLIC_URL=BACK.removesuffix("/signin/callback")):
        current().give(aws.transport, made)
        told = structs.replace(config.load(), signin=Signin(config.Oidc(provider, CLIENT)))
        current().give(config.load, told)
        made.parameters[CHANNELS] = {"web/main": SECRETS["web/main"]}
        made.parameters["/test/signin"] = {"oidc": {"client_secret": SECRET}}
        people.pair("slack", "main", "ada", build.person())
        table.transact([bindings.bind_guard(provider, "ada-there", "ada", 0).item])
        yield made


def went(browser, path, query=""):
    event = browser.event("GET", path, "", {}) | {"rawQueryString": query}
    answer = app.handler(event, None)
    browser.keep(answer["cookies"])
    return answer


@pytest.mark.parametrize(("name", "status"), [("ada-there", 303), ("eve", 403)])
def test_who_has_a_bound_account_is_let_in(cloud, name, status):
    browser = Browser(cloud)
    asked = went(browser, "/signin/oidc")["headers"]["location"]
    query = Person().sign_in(asked, name)

    answer = went(browser, "/signin/callback", urlencode(query))

    assert answer["statusCode"] == status
    assert browser.post("/signin/renew")[0] == (200 if status == 303 else 401)


def test_a_code_is_worth_nothing_to_another_browser_or_twice(cloud):
    browser, other = Browser(cloud), Browser(cloud)
    asked = went(browser, "/signin/oidc")["headers"]["location"]
    mine = dict(parse_qsl(urlsplit(went(other, "/signin/oidc")["headers"]["location"]).query))
    query = Person().sign_in(asked, "ada-there")
    injected = query | {"state": mine["state"]}

    assert went(other, "/signin/callback", urlencode(injected))["statusCode"] == 403
    again = [went(browser, "/signin/callback", urlencode(query))["statusCode"] for _ in range(2)]
    assert again == [303, 403]
