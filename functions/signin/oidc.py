"""Signing in at a provider of OpenID Connect: code flow, PKCE, and an account that is bound.

The browser keeps one random cookie, of which state, nonce and verifier are made by a key that only
we have: so what comes back is taken of the browser that went, for ten minutes.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

from functions.signin import identity, provider, requests
from functions.signin.requests import COOKIE, Served
from functions.signin.settings import SigninSettings
from switchboard import config
from switchboard.channels.web.session import session_secrets
from switchboard.cloud.aws import AwsError
from switchboard.config import Oidc
from switchboard.credentials import parameters
from switchboard.errors import NotAllowedError, UnavailableError
from switchboard.ledger import bindings, sessions, table
from switchboard.ledger.sessions import LIFE_SECONDS, Entry
from switchboard.pages import Request

WAIT = "oidc"
WAIT_SECONDS = 600.0
PAGE = "../chat/index.html"
"""Of what is below `/signin`, also where the API is not at the root."""


class UnboundError(NotAllowedError):
    """The account is the provider's, and nobody's here."""


def begin(request: Request, now: float) -> Served:
    """The browser goes on to the provider."""
    told = _told()
    mark = f"{int(now)}.{secrets.token_urlsafe(32)}"
    asking = {
        "response_type": "code",
        "client_id": told.client_id,
        "redirect_uri": _redirect(),
        "scope": "openid",
        "state": _made("state", mark),
        "nonce": _made("nonce", mark),
        "code_challenge": _digest(_made("verifier", mark)),
        "code_challenge_method": "S256",
    }
    url = f"{provider.known(told).authorization_endpoint}?{urlencode(asking)}"
    kept = requests.cookie(request, WAIT, mark, WAIT_SECONDS, "Lax")
    return Served(303, cookies=(kept,), headers={"location": url})


def end(request: Request, now: float) -> Served:
    """The provider's answer: a session of the person whose account it is.

    Raises NotAllowedError when it is not for this browser, now, or the account is nobody's.
    """
    claims = _claims(request, now)
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    name = bindings.name_of(issuer, subject)
    person = bindings.find(name)
    who = identity.of(person) if person else None
    if who is None:
        raise UnboundError("nobody's account", say="oidc_unbound", subject=subject[:200])
    amr = claims.get("amr")
    said = tuple(one for one in amr if isinstance(one, str)) if isinstance(amr, list) else ()
    token = sessions.new_token()
    entry = Entry(person=person, way="oidc", proof=name, amr=said[:10])
    begun = sessions.begin_guard(token, who.sender, entry, now)
    try:
        table.transact([one.item for one in (begun, *who.guards)])
    except AwsError as error:
        if not error.condition_failed:
            raise
        raise NotAllowedError("the sender is somebody else's", say="oidc_failed") from None
    kept = requests.cookie(request, COOKIE, token, LIFE_SECONDS, "Strict")
    gone = requests.cookie(request, WAIT, "", 0, "Lax")
    return Served(303, cookies=(kept, gone), headers={"location": PAGE})


def proof(name: str, person: str) -> str:
    """The bound account's name, while it is that person's."""
    return name if bindings.find(name) == person else ""


def _claims(request: Request, now: float) -> dict[str, Any]:
    told, mark = _told(), requests.cookie_of(request, WAIT)
    began = mark.partition(".")[0]
    fresh = began.isascii() and began.isdigit() and 0 <= now - int(began) < WAIT_SECONDS
    state = request.query.get("state", "")
    if not fresh or not hmac.compare_digest(state.encode(), _made("state", mark).encode()):
        raise NotAllowedError("another browser", say="oidc_failed")
    found = provider.known(told)
    issuer = request.query.get("iss")
    required = found.authorization_response_iss_parameter_supported
    if issuer != told.issuer and (required or issuer is not None):  # RFC 9207, 2.4
        raise NotAllowedError("another issuer", say="oidc_failed")
    code = request.query.get("code")
    if not code:
        raise NotAllowedError("no code", say="oidc_failed")
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect(),
        "code_verifier": _made("verifier", mark),
    }
    try:
        token = provider.exchanged(found, told, _secret(), fields)
        return provider.claims_of(found, told, token, _made("nonce", mark))
    except NotAllowedError as error:
        raise NotAllowedError(error.detail, say="oidc_failed") from error


def _told() -> Oidc:
    told = config.load().signin.oidc
    if told is None:
        raise NotAllowedError("no provider", say="oidc_failed")
    return told


def _redirect() -> str:
    """Exactly as it is registered at the provider's."""
    return f"{SigninSettings.load().public_url}/signin/callback"


def _secret() -> str:
    kept = parameters.parameter(SigninSettings.load().signin_parameter)
    return kept.get("oidc", {}).get("client_secret", "")


def _made(what: str, mark: str) -> str:
    """One of the three that the mark stands for: nobody else can make it."""
    keys = session_secrets(SigninSettings.load().channels_parameter)
    if not keys:
        raise UnavailableError("the chat page is not connected")
    digest = hmac.digest(keys[0].encode(), f"oidc {what} {mark}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _digest(verifier: str) -> str:
    """RFC 7636, 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
