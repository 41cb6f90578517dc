"""Signing in at a provider: what comes back is taken of the right browser, and of nobody else."""

import base64
import json
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
from msgspec import structs

from functions.signin import app
from scripts.sign_events import SECRETS
from switchboard import config
from switchboard.config import Signin
from switchboard.ledger import bindings, people, table
from switchboard.net import exchange
from switchboard.runtime import current
from tests.doubles.oidc import CLIENT, ISSUER, SECRET, Oidc
from tests.kit import build
from tests.kit.clock import START
from tests.kit.environment import CHANNELS
from tests.kit.signing import Browser
from tests.unit.test_signin import claims_of

SUBJECT = "248289761001"
RENEW = "/signin/renew"


class Guest(Browser):
    """Goes to the provider and comes back."""

    def get(self, path, query=""):
        event = self.event("GET", path, "", {}) | {"rawQueryString": query}
        self.cloud.caller = "switchboard-test-signin"
        answer = app.handler(event, None)
        self.cloud.caller = ""
        self.keep(answer["cookies"])
        return answer

    def leave(self):
        """What the provider is asked."""
        answer = self.get("/signin/oidc")
        assert answer["statusCode"] == 303
        return dict(parse_qsl(urlsplit(answer["headers"]["location"]).query))

    def come_back(self, **query):
        return self.get("/signin/callback", urlencode(query))


@pytest.fixture
def provider(cloud, clock):
    clock.advance(datetime.now(UTC).timestamp() - START)  # PyJWT has a clock of its own
    made = Oidc()
    current().give(exchange.current, made)
    told = structs.replace(config.load(), signin=Signin(config.Oidc(ISSUER, CLIENT)))
    current().give(config.load, told)
    cloud.parameters[CHANNELS] = {"web/main": SECRETS["web/main"]}
    cloud.parameters["/test/signin"] = {"oidc": {"client_secret": SECRET}}
    people.pair("slack", "main", "ada", build.person())
    table.transact([bindings.bind_guard(ISSUER, SUBJECT, "ada", START).item])
    return made


@pytest.fixture
def guest(cloud, provider):
    return Guest(cloud)


def signed_in(guest, provider, query=None, **claims):
    asked = query or guest.leave()
    token = provider.signed(provider.claims(asked["nonce"], **claims))
    code = provider.authorize(asked, token)
    return guest.come_back(code=code, state=asked["state"], iss=ISSUER)


def test_who_comes_back_has_a_session_of_the_account_s_person(guest, provider):
    answer = signed_in(guest, provider)

    assert (answer["statusCode"], answer["headers"]["location"]) == (303, "../chat/index.html")
    assert [*guest.cookies] == ["__Secure-switchboard"]
    status, body = guest.post(RENEW)
    told = claims_of(body)
    assert (status, told["sub"], told["amr"]) == (200, "ada", ["pwd", "mfa"])


def test_what_is_asked_is_a_code_with_pkce_and_nothing_secret(guest):
    asked = guest.leave()

    assert {name: asked.pop(name) for name in ("response_type", "client_id", "scope")} == {
        "response_type": "code",
        "client_id": CLIENT,
        "scope": "openid",
    }
    assert asked.pop("redirect_uri") == "https://switchboard.test/signin/callback"
    assert asked.pop("code_challenge_method") == "S256"
    assert {*asked} == {"state", "nonce", "code_challenge"}
    assert {len(one) for one in asked.values()} == {43}
    assert len(set(asked.values())) == 3
    assert guest.attributes["samesite"] == "Lax"


def test_an_account_that_is_nobody_s_is_told_its_id_and_nothing_else(guest, provider):
    answer = signed_in(guest, provider, sub="<b>7</b>", email="ada@example.com")

    assert answer["statusCode"] == 403
    assert "&lt;b&gt;7&lt;/b&gt;" in answer["body"]
    assert "__Secure-switchboard" not in guest.cookies


def test_an_account_of_another_issuer_with_the_same_id_is_another():
    assert bindings.name_of("https://a", "b") != bindings.name_of("https://a\0b", "")


def _none(provider, claims):
    def part(one):
        return base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': provider.kid})}.{part(claims)}."


def _by_its_public_key(provider, claims):
    """HS256 with what everybody may read (the confusion of RS256 and HS256)."""
    import hmac  # noqa: PLC0415

    head = {"alg": "HS256", "kid": provider.kid}
    parts = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (head, claims)
    ]
    digest = hmac.digest(provider.public, b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(digest).rstrip(b"=")]).decode()


HOSTILE = {
    "none": _none,
    "HS256 by the public key": _by_its_public_key,
    "HS256 by our secret": lambda p, c: jwt.encode(c, SECRET * 3, "HS256", headers={"kid": p.kid}),
    "another's key": lambda p, c: Oidc().signed(c),
    "a key of another kind": lambda p, c: jwt.encode(c, p.ec, "ES256", headers={"kid": p.kid}),
    "an unknown key": lambda p, c: p.signed(c, kid="second"),
    "a path for a key": lambda p, c: p.signed(c, kid="../../../../dev/null"),
    "its own key in its head": lambda p, c: Oidc().signed(c, jwk=p._key()),
    "an address for keys": lambda p, c: Oidc().signed(c, jku="https://evil.example/keys"),
    "what must be understood": lambda p, c: p.signed(c, crit=["exp"]),
    "another nonce": lambda p, c: p.signed(c | {"nonce": "n" * 43}),
    "a nonce of another kind": lambda p, c: p.signed(c | {"nonce": [c["nonce"]]}),
    "no nonce": lambda p, c: p.signed({k: v for k, v in c.items() if k != "nonce"}),
    "another audience": lambda p, c: p.signed(c | {"aud": "another"}),
    "several audiences and no party": lambda p, c: p.signed(c | {"aud": [CLIENT, "b"]}),
    "another party": lambda p, c: p.signed(c | {"aud": [CLIENT, "b"], "azp": "b"}),
    "one audience, another party": lambda p, c: p.signed(c | {"azp": "b"}),
    "another issuer": lambda p, c: p.signed(c | {"iss": "https://evil.example"}),
    "a slash more": lambda p, c: p.signed(c | {"iss": f"{ISSUER}/"}),
    "over": lambda p, c: p.signed(c | {"exp": int(time.time()) - 60}),
    "not yet": lambda p, c: p.signed(c | {"nbf": int(time.time()) + 120}),
    "never over": lambda p, c: p.signed({k: v for k, v in c.items() if k != "exp"}),
    "no subject": lambda p, c: p.signed({k: v for k, v in c.items() if k != "sub"}),
    "an empty subject": lambda p, c: p.signed(c | {"sub": ""}),
    "no token": lambda p, c: "",
    "half a token": lambda p, c: p.signed(c)[:-30],
    "a number": lambda p, c: 7,
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_token_that_is_not_right_lets_nobody_in(guest, provider, made):
    asked = guest.leave()
    code = provider.authorize(asked, made(provider, provider.claims(asked["nonce"])))

    answer = guest.come_back(code=code, state=asked["state"], iss=ISSUER)

    assert answer["statusCode"] == 403
    assert "Go back to the chat page" in answer["body"]
    assert not any(pk.startswith("session#") for pk, _ in guest.cloud.table.rows)


CALLBACKS = {
    "another state": {"state": "s" * 43},
    "no state": {"state": ""},
    "mixed up": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "an error": {"code": None, "error": "access_denied"},
    "an unknown code": {"code": "code-99"},
}


@pytest.mark.parametrize("change", CALLBACKS.values(), ids=CALLBACKS)
def test_an_answer_that_is_not_right_lets_nobody_in(guest, provider, change):
    asked = guest.leave()
    code = provider.authorize(asked, provider.signed(provider.claims(asked["nonce"])))
    query = {"code": code, "state": asked["state"], "iss": ISSUER} | change

    answer = guest.come_back(**{name: one for name, one in query.items() if one is not None})

    assert answer["statusCode"] == 403
    assert not any(pk.startswith("session#") for pk, _ in guest.cloud.table.rows)


def test_what_another_browser_began_is_not_ended_here(guest, provider, cloud):
    asked, other = guest.leave(), Guest(cloud)
    other.leave()

    assert signed_in(other, provider, asked)["statusCode"] == 403
    assert signed_in(Guest(cloud), provider, asked)["statusCode"] == 403


def test_an_answer_is_taken_for_ten_minutes_and_once(guest, provider, clock):
    asked = guest.leave()
    clock.advance(600)
    assert signed_in(guest, provider, asked)["statusCode"] == 403
    asked = guest.leave()
    assert signed_in(guest, provider, asked)["statusCode"] == 303
    assert signed_in(guest, provider, asked)["statusCode"] == 403


def test_several_audiences_are_fine_with_us_as_the_party(guest, provider):
    assert signed_in(guest, provider, aud=[CLIENT, "b"], azp=CLIENT)["statusCode"] == 303


def test_a_new_key_is_found_within_a_minute(guest, provider, clock):
    assert signed_in(guest, provider)["statusCode"] == 303
    provider.kid = "second"
    assert signed_in(guest, provider)["statusCode"] == 403
    clock.advance(60)
    assert signed_in(guest, provider)["statusCode"] == 303
    assert provider.asked.count(f"{ISSUER}/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://accounts.example.com/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_says_something_else_of_itself_is_not_asked(guest, provider, change):
    provider.configuration |= change

    assert guest.get("/signin/oidc")["statusCode"] == 503


def test_a_session_ends_with_the_binding(guest, provider):
    signed_in(guest, provider)
    assert guest.post(RENEW)[0] == 200
    bindings.unbind(ISSUER, SUBJECT)

    assert guest.post(RENEW)[0] == 401


def test_the_page_is_told_the_provider_s_host_and_nobody_else_is_asked(guest):
    assert json.loads(guest.get("/signin/ways")["body"]) == {"oidc": "accounts.example.com"}


def test_without_a_provider_there_is_no_such_way(guest, provider):
    current().give(config.load, structs.replace(config.load(), signin=Signin()))

    assert json.loads(guest.get("/signin/ways")["body"]) == {"oidc": ""}
    assert guest.get("/signin/oidc")["statusCode"] == 403


def test_nothing_of_it_is_kept_or_logged(guest, provider, cloud, capsys):
    asked = guest.leave()
    mark = guest.cookies["__Secure-oidc"]
    token = provider.signed(provider.claims(asked["nonce"]))
    code = provider.authorize(asked, token)
    guest.come_back(code=code, state=asked["state"], iss=ISSUER)
    guest.come_back(code=code, state="wrong", iss=ISSUER)
    written = str(cloud.table.rows) + "".join(capsys.readouterr())

    for canary in (mark, token, f"'{code}'", *(asked[one] for one in ("state", "nonce")), SECRET):
        assert canary not in written
