"""The keys of those who sign tokens: how often they are fetched, and what a token must be."""

import json
from base64 import urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.base import Webhook
from switchboard.channels.kit import jwks
from switchboard.errors import BadSignatureError
from tests.kit.channels import NOW
from tests.signers import keys

CONFIGURATION, KEYS = "https://issuer.example/openid", "https://issuer.example/keys"
PUBLISHED = {CONFIGURATION: {"jwks_uri": KEYS}, KEYS: keys.public(endorsements=["chat"])}
CLAIMS = {"iss": "issuer", "aud": "us", "exp": NOW + 60}
STRANGER = rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@pytest.fixture
def outside():
    with keys.published(PUBLISHED) as found:
        yield found


def verified(token, now=NOW, url=CONFIGURATION):
    headers = {"authorization": f"Bearer {token}"}
    webhook = Webhook("POST", headers, {}, b"{}", now)
    return jwks.verified(webhook, url, audiences=("us", "also us"), issuers=("issuer",))


def refused(token, now=NOW):
    with pytest.raises(BadSignatureError):
        verified(token, now)


def token(now=NOW, **head):
    return keys.token({**CLAIMS, "exp": now + 60}, **head)


def encoded(found):
    raw = found if isinstance(found, bytes) else json.dumps(found).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_genuine_token_brings_its_claims_and_its_key(outside):
    claims, key = verified(token())

    assert claims == CLAIMS
    assert key.endorsements == ("chat",)
    assert outside.asked == [CONFIGURATION, KEYS]


def test_an_address_may_be_that_of_the_keys_themselves(outside):
    verified(token(), url=KEYS)

    assert outside.asked == [KEYS]


def test_keys_are_fetched_once_a_day(outside):
    for hours in (0, 1, 23.9, 24, 24.1, 47):
        now = NOW + hours * 3600
        verified(token(now), now)

    assert outside.asked.count(KEYS) == 2


def test_an_unknown_key_is_looked_for_once_an_hour_however_often_it_is_named(outside):
    for second in range(0, 7200, 30):
        refused(keys.token(CLAIMS, kid=f"unknown{second}"), NOW + second)

    assert outside.asked.count(KEYS) == 2
    assert len(jwks._held(CONFIGURATION).keys) == 1


def test_a_new_key_is_found_within_the_hour(outside):
    refused(token(kid="new"))
    outside.documents[KEYS] = keys.public(kid="new")

    refused(token(kid="new"), NOW + 3599)
    verified(token(NOW + 3600, kid="new"), NOW + 3600)


def test_a_key_that_was_withdrawn_is_refused_after_a_day(outside):
    verified(token())
    outside.documents[KEYS] = {"keys": []}

    refused(token(NOW + 86_400), NOW + 86_400)


def test_without_keys_all_is_refused_and_the_next_try_is_a_minute_later(outside):
    outside.documents.clear()
    for second in range(0, 120, 2):
        refused(token(), NOW + second)

    assert len(outside.asked) == 2


def test_keys_that_cannot_be_renewed_hold_for_another_day(outside):
    verified(token())
    outside.documents.clear()

    verified(token(NOW + 90_000), NOW + 90_000)
    refused(token(NOW + 2 * 86_400), NOW + 2 * 86_400)


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"jwks_uri": 5},
        {"jwks_uri": "https://elsewhere.example/"},
        {"keys": [{"kid": 5}]},
        {"keys": "none"},
        {"keys": [{"kid": "example-key", "kty": "EC", "x": "1"}]},
        {"keys": [{"kid": "", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
        {"keys": [{"kid": "example-key", "kty": "RSA", "n": "", "e": "AQAB"}]},
        {"keys": [{"kid": "example-key", "kty": "RSA", "n": "?", "e": "é"}]},
    ],
    ids=str,
)
def test_keys_that_are_none_sign_nothing(outside, found):
    outside.documents[CONFIGURATION] = found

    refused(token())
    refused(token(kid=""))


def test_no_more_keys_are_kept_than_an_issuer_has(outside):
    one = keys.public()["keys"][0]
    outside.documents[KEYS] = {"keys": [{**one, "kid": f"k{n}"} for n in range(10_000)]}

    refused(token())

    assert len(jwks._held(CONFIGURATION).keys) == jwks.MAX_KEYS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("aud", one) for one in ("others", ["us", "others"], None)),
        *(("iss", one) for one in ("others", None)),
        *(("exp", one) for one in (None, "soon", NOW - 301, float("nan"))),
        *(("nbf", one) for one in (NOW + 301, "now")),
        *(("iat", one) for one in (NOW + 301, float("nan"))),
    ],
)
def test_a_claim_that_is_wrong_or_missing_is_refused(outside, name, value):
    claims = {**CLAIMS, name: value}
    refused(keys.token({name: value for name, value in claims.items() if value is not None}))


@pytest.mark.parametrize("aud", ["us", "also us"])
def test_a_token_may_be_for_the_audience_of_before(outside, aud):
    verified(keys.token({**CLAIMS, "aud": aud}))


@pytest.mark.parametrize("times", [{"exp": NOW - 300}, {"nbf": NOW + 300}, {"iat": NOW + 300}])
def test_clocks_may_differ_by_five_minutes(outside, times):
    verified(keys.token({**CLAIMS, **times}))


def test_a_token_by_a_strangers_key_under_our_keys_name_is_refused(outside):
    refused(jwt.encode(CLAIMS, STRANGER, algorithm="RS256", headers={"kid": keys.KID}))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS384", "PS256", "rs256", "", None, 5])
def test_another_algorithm_is_refused_before_any_key_is_fetched(outside, algorithm):
    _, body, signature = token().split(".")
    changed = encoded({"alg": algorithm, "kid": keys.KID, "typ": "JWT"})

    for end in (signature, ""):
        refused(f"{changed}.{body}.{end}")
    assert outside.asked == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "bearer {}",
        "Basic {}",
        "{}",
        "Bearer {}, Bearer {}",
        "Bearer a.b.c",
        "Bearer {}.",
        "Bearer 签名",
        "Bearer " + "a" * 9000,
        "Bearer " + encoded(b'{"alg":"RS256","kid":' + b"[" * 5000) + ".e30.e30",
        "Bearer " + encoded({"alg": "RS256", "kid": 5}) + ".e30.e30",
        "Bearer " + encoded({"alg": "RS256", "kid": keys.KID, "crit": ["x"], "x": 1}) + ".e30.AA",
        "Bearer " + encoded([1]) + ".e30.e30",
    ],
    ids=lambda value: value[:30],
)
def test_what_is_no_token_is_refused(outside, value):
    webhook = Webhook("POST", {"authorization": value.format(token(), token())}, {}, b"", NOW)

    with pytest.raises(BadSignatureError):
        jwks.verified(webhook, CONFIGURATION, audiences=("us", "also us"), issuers=("issuer",))


@given(st.lists(st.binary() | st.just(b'{"alg":"RS256","kid":"example-key"}'), max_size=4))
def test_nothing_but_a_refusal_comes_of_noise(parts):
    with keys.published(PUBLISHED, afresh=True):
        refused(".".join(encoded(part) for part in parts))
