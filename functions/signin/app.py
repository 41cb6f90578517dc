"""Signing in to the chat page: sessions begin here, go on, and end. Not on the hot path."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt
from msgspec import json, structs

from functions.signin import enrolment, entry, oidc, requests
from functions.signin.requests import COOKIE, Served
from functions.signin.settings import SigninSettings
from switchboard import config, observe, pages
from switchboard.channels.web.session import ALGORITHM, claims, session_secrets
from switchboard.errors import BadRequestError, NotAllowedError, UnavailableError
from switchboard.ledger import sessions
from switchboard.ledger.sessions import Session
from switchboard.pages import Request
from switchboard.phrases import public, say

TOKEN_SECONDS = 900.0
"""How long a session's token holds before it has to be renewed."""
FORMS = {name for _, name in enrolment.STEPS}
FAILED = "The name, the password or the code is wrong, or there were too many tries."
"""Said of whatever is wrong."""


@observe.stage("signin")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Served one HTTP API request (payload version 2.0)."""
    try:
        request = pages.request_of(event)
        if request.name in FORMS:
            return enrolment.respond(request, time.time())
        return respond(request, time.time()).built()
    except NotAllowedError:
        return _error(403, "not_allowed", "This may only be sent by our own page.").built()
    except BadRequestError as error:
        return _error(400, "bad_request", f"This does not fit: {error.detail}.").built()
    except UnavailableError as error:
        observe.warn("signin unavailable", detail=error.detail)
        return _error(503, "unavailable", "Try again in a moment.").built()


def respond(request: Request, now: float) -> Served:
    found = ROUTES.get((request.method, request.path))
    return found(request, now) if found else _error(404, "not_found", "There is nothing here.")


def sign_in(request: Request, now: float) -> Served:
    """A session for the right name, password and code."""
    token = entry.sign_in(requests.form(request, entry.Asked), request.source, now)
    found = sessions.find(token, now) if token else None
    if token is None or found is None:
        observe.count("refused", {"denials": 1}, outcome="signin")
        return _error(401, "signin_failed", FAILED)
    observe.log("signed in", way=found.entry.way)
    return _session(request, found, token, now)


def renew(request: Request, now: float) -> Served:
    """The session of the cookie goes on, by another token."""
    requests.require_own(request)
    token = requests.cookie_of(request, COOKIE)
    found = sessions.find(token, now) if token else None
    if found is None:
        return _over(request)
    if not entry.holds(found):
        sessions.end(found)
        return _over(request)
    renewed = sessions.renew(found, token, now)
    if renewed is None:
        observe.count("refused", {"denials": 1}, outcome="session_reused")
        return _over(request)
    return _session(request, renewed.session, renewed.token, now)


def sign_out(request: Request, now: float) -> Served:
    """The session of the cookie is over, in every tab of the browser."""
    requests.require_own(request)
    token = requests.cookie_of(request, COOKIE)
    found = sessions.find(token, now) if token else None
    if found and sessions.is_of(found, token):
        sessions.end(found)
    return Served(200, "{}", cookies=(_cleared(request),))


def ways(request: Request, now: float) -> Served:
    """How else people sign in: the provider's host."""
    told = config.load().signin.oidc
    host = urlsplit(told.issuer).netloc if told else ""
    return Served(200, json.encode({"oidc": host}).decode())


def returned(request: Request, now: float) -> Served:
    """From the provider back to the page; or to a page that says what is wrong."""
    try:
        return oidc.end(request, now)
    except NotAllowedError as error:
        observe.count("refused", {"denials": 1}, outcome="oidc")
        text = pages.paragraph(public(error, request.locale), problem=True)
        title = say("oidc_title", request.locale)
        shown = pages.page(request.locale, title, text, status=403)
        return Served(403, shown["body"], headers=shown["headers"])


ROUTES: dict[tuple[str, str], Callable[[Request, float], Served]] = {
    ("POST", "/signin/session"): sign_in,
    ("POST", "/signin/renew"): renew,
    ("POST", "/signin/out"): sign_out,
    ("GET", "/signin/ways"): ways,
    ("GET", "/signin/oidc"): oidc.begin,
    ("GET", "/signin/callback"): returned,
}


def _session(request: Request, found: Session, token: str, now: float) -> Served:
    """What the page is given: a token for its calls, and a cookie for the next renewal."""
    secrets = session_secrets(SigninSettings.load().channels_parameter)
    if not secrets:
        raise UnavailableError("the chat page is not connected")
    told = claims(
        found.sender,
        now,
        min(TOKEN_SECONDS, found.until - now),
        amr=[*found.entry.amr],
        auth_time=int(found.auth_time),
    )
    body = {"token": jwt.encode(told, secrets[0], algorithm=ALGORITHM)}
    kept = requests.cookie(request, COOKIE, token, found.until - now, "Strict") if token else ""
    return Served(200, json.encode(body).decode(), cookies=(kept,) * bool(kept))


def _over(request: Request) -> Served:
    """There is no session to renew, as for everybody who comes for the first time."""
    answer = _error(401, "no_session", "Sign in.")
    return structs.replace(answer, cookies=(_cleared(request),))


def _cleared(request: Request) -> str:
    return requests.cookie(request, COOKIE, "", 0, "Strict")


def _error(status: int, code: str, message: str) -> Served:
    return Served(status, json.encode({"error": {"code": code, "message": message}}).decode())
