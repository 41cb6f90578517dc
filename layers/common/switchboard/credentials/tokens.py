"""Access tokens that platforms issue for a while: one an account, shared by all environments.

First comes this process's memory, then the encrypted parameter `<TOKENS_PARAMETER><name>`, and only
then the platform. Platforms issue the same token while it is valid, or let both be: the lease that
keeps two environments from asking at once may be lost without harm.
"""

import time
from collections.abc import Callable

from msgspec import DecodeError, Struct, json

from switchboard import observe
from switchboard.credentials import parameters
from switchboard.errors import AppError
from switchboard.ledger import leases
from switchboard.runtime import kept
from switchboard.settings import Settings

MARGIN_SECONDS = 60.0
"""A token is not used in its last moments: the call takes a while, and clocks differ."""
LEASE_SECONDS = 15.0
"""Longer than a platform is waited for."""
PATIENCE_SECONDS = 1.0


class TokensSettings(Settings, frozen=True):
    tokens_parameter: str = ""
    """Where shared tokens are, as `/<stack>/tokens/`; empty: every process has its own."""
    kms_arn: str = ""


class _Token(Struct, frozen=True):
    text: str
    until: float
    """Seconds since 1970."""


_NONE = _Token("", 0.0)


@kept
def _memory() -> dict[str, _Token]:
    return {}


@kept
def _refused() -> dict[str, str]:
    return {}


def held(name: str, fetch: Callable[[], tuple[str, float]]) -> str:
    """The valid token of `name`, such as `wecom/main`.

    `fetch` asks the platform for one and the seconds that it lives; what it raises is raised.
    """
    now = time.time()
    token = _memory().get(name, _NONE)
    if token.until <= now:
        token = _shared(name, now)
    if token.until <= now:
        text, seconds = fetch()
        token = _Token(text, time.time() + seconds - MARGIN_SECONDS)
        _share(name, token)
    _memory()[name] = token
    return token.text


def forget(name: str) -> None:
    """The platform refuses the token: neither memory nor the parameter may bring it back."""
    _refused()[name] = _memory().pop(name, _NONE).text


def _shared(name: str, now: float) -> _Token:
    """The token in the parameter; when there is none that is valid, the right to fetch one."""
    if not TokensSettings.load().tokens_parameter:
        return _NONE
    try:
        token = _read(name)
        if token.until > now or leases.claim(f"token/{name}", LEASE_SECONDS, now):
            return token
        time.sleep(PATIENCE_SECONDS)  # another environment is asking
        return _read(name)
    except AppError as error:  # a token of our own does as well
        observe.warn("no shared token", name=name, detail=error.detail)
        return _NONE


def _read(name: str) -> _Token:
    try:
        token = json.decode(parameters.read(_parameter(name)), type=_Token)
    except DecodeError:  # nothing yet, or nothing of ours
        return _NONE
    return _NONE if token.text == _refused().get(name) else token


def _share(name: str, token: _Token) -> None:
    settings = TokensSettings.load()
    if not settings.tokens_parameter or token.until <= time.time():
        return
    try:
        parameters.write(_parameter(name), json.encode(token).decode(), settings.kms_arn)
    except AppError as error:
        observe.warn("token not shared", name=name, detail=error.detail)


def _parameter(name: str) -> str:
    return TokensSettings.load().tokens_parameter + name.replace("/", "-")
