"""An authorisation server as vendors run them: OAuth 2.0 with PKCE, in the forms that they have.

Source: RFC 6749, 4.1, 5 and 6; RFC 7636, 4.6; RFC 9700, 4.14.2. GitHub Docs, "Authorizing OAuth
apps": JSON only if it is asked for, errors with status 200, no refresh tokens. Google Identity,
"Using OAuth 2.0 for Web Server Applications": the refresh token comes once and stays. Microsoft
identity platform, "Refresh tokens in the Microsoft identity platform": each use brings another.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec import json

from switchboard.net.exchange import HttpResponse

ID, SECRET = "the-client", "canary-client-secret"
LIVES = 3600
FORMS = ("github", "google", "microsoft")


class VendorLogin:
    """Give it for `exchange.current`. `form` is whose ways it has."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.issued: list[str] = []
        """All that it ever granted: tokens, refresh tokens and codes."""
        self.asked: list[dict[str, str]] = []
        self.says: HttpResponse | None = None
        """What it answers instead."""
        self.ends: set[str] = set()
        """Refresh tokens that are over."""
        self.reused = 0
        """How often a refresh token came that had been used: all of its family is over then."""
        self._codes: dict[str, dict[str, str]] = {}
        self._refresh: dict[str, str] = {}

    def authorise(self, url: str, *, iss: str = "") -> str:
        """The person says yes; the query that they come back with."""
        told = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
        assert told["response_type"] == "code"
        assert told["code_challenge_method"] == "S256"
        code = self._new("code")
        self._codes[code] = told
        back = {"code": code, "state": told["state"]} | ({"iss": iss} if iss else {})
        return urlencode(back)

    def __call__(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> HttpResponse:
        fields = {name: one[0] for name, one in parse_qs(body.decode()).items()}
        self.asked.append(fields)
        if self.says is not None:
            return self.says
        if (fields.get("client_id"), fields.get("client_secret")) != (ID, SECRET):
            return self._refuses("invalid_client", "incorrect_client_credentials")
        granted = self._granted(fields)
        if granted is None:
            return self._refuses("invalid_grant", "bad_verification_code")
        if self.form == "github" and headers.get("accept") != "application/json":
            return HttpResponse(200, {}, {}, urlencode(granted).encode())
        return _said(200, granted)

    def stream(self, url: str, headers: Mapping[str, str]) -> Any:
        raise AssertionError("nothing is downloaded here")

    def _granted(self, fields: Mapping[str, str]) -> dict[str, Any] | None:
        if fields["grant_type"] == "refresh_token":
            return self._renewed(fields["refresh_token"])
        told = self._codes.pop(fields["code"], None)
        if told is None or told["redirect_uri"] != fields["redirect_uri"]:
            return None
        digest = sha256(fields["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != told["code_challenge"]:
            return None
        family = self._new("family")
        return self._tokens() | self._more(family, first=True)

    def _renewed(self, refresh: str) -> dict[str, Any] | None:
        family = self._refresh.get(refresh)
        if family is None or refresh in self.ends:
            self.reused += family is not None
            self.ends |= {one for one, of in self._refresh.items() if of == family}
            return None
        if self.form == "microsoft":
            self.ends.add(refresh)
        return self._tokens() | self._more(family, first=False)

    def _more(self, family: str, *, first: bool) -> dict[str, Any]:
        if self.form == "github":
            return {}
        more: dict[str, Any] = {"expires_in": LIVES}
        if first or self.form == "microsoft":
            refresh = self._new("refresh")
            self._refresh[refresh] = family
            more["refresh_token"] = refresh
        return more

    def _tokens(self) -> dict[str, Any]:
        kind = "bearer" if self.form == "github" else "Bearer"
        return {"access_token": self._new("access"), "token_type": kind}

    def _refuses(self, standard: str, githubs: str) -> HttpResponse:
        if self.form == "github":
            return _said(200, {"error": githubs, "error_description": "words of the vendor's"})
        return _said(400, {"error": standard, "error_description": "words of the vendor's"})

    def _new(self, kind: str) -> str:
        self.issued.append(f"canary-{kind}-{secrets.token_hex(16)}")
        return self.issued[-1]


def _said(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(status, {"content-type": "application/json"}, body, json.encode(body))
