"""A double of Google Chat's API and tokens. Source: developers.google.com/workspace/chat."""

import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.doubles.server import Answer, Double, Message, Request
from tests.signers import keys
from tests.signers.googlechat import PUBLISHED, VALUES

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MESSAGES = re.compile(r"/v1/(spaces/[\w-]+)/messages")
MAX_BYTES = 32_000
KEYS = {urlsplit(url).path: found for url, found in PUBLISHED.items()}


class GoogleChatDouble(Double):
    """One app in some spaces."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(VALUES)
        self.tokens: list[str] = []
        """Issued tokens that are valid."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """Media type and content by the attachment's resource name."""
        self._made: dict[str, Answer] = {}

    def is_send(self, request: Request) -> bool:
        return bool(MESSAGES.fullmatch(urlsplit(request.path).path))

    def respond(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if path in KEYS:
            return Answer(KEYS[path])
        if path == "/token":
            return self._token(request)
        if request.bearer not in self.tokens:
            return _error(401, "UNAUTHENTICATED")
        if path.startswith("/v1/media/"):
            return self._file(path.removeprefix("/v1/media/"))
        found = MESSAGES.fullmatch(path)
        return self._message(found[1], request) if found else _error(404, "NOT_FOUND")

    def limited(self) -> Answer:
        return _error(429, "RESOURCE_EXHAUSTED", self.wait)

    def _token(self, request: Request) -> Answer:
        fields = {name: found[0] for name, found in parse_qs(request.body.decode()).items()}
        email = json.loads(self.values["service_account"])["client_email"]
        try:
            claims = jwt.decode(
                fields["assertion"],
                keys.PRIVATE.public_key(),
                algorithms=["RS256"],
                audience="https://oauth2.googleapis.com/token",
                issuer=email,
            )
        except (KeyError, jwt.PyJWTError):
            return Answer({"error": "invalid_grant"}, 400)
        if fields["grant_type"] != GRANT or not claims["scope"].endswith("/auth/chat.bot"):
            return Answer({"error": "invalid_scope"}, 400)
        self.tokens.append(secrets.token_hex(16))
        return Answer({"access_token": self.tokens[-1], "expires_in": 3599})

    def _file(self, resource: str) -> Answer:
        if resource not in self.files:
            return _error(404, "NOT_FOUND")
        media_type, content = self.files[resource]
        return Answer(content, headers={"content-type": media_type})

    def _message(self, space: str, request: Request) -> Answer:
        payload, query = request.json(), parse_qs(urlsplit(request.path).query)
        if space in self.left:
            return _error(403, "PERMISSION_DENIED")
        text, key = str(payload.get("text", "")), query.get("requestId", [""])[0]
        if not text or len(request.body) > MAX_BYTES:
            return _error(400, "INVALID_ARGUMENT")
        with self.lock:
            if key in self._made:
                return self._made[key]
            name = f"{space}/messages/{next(self._ids)}"
            self._made[key] = Answer({"name": name})
        thread = payload.get("thread", {}).get("name", "")
        self.post(Message(space, thread, text, request.at, id=name, key=key))
        return self._made[key]


def _error(status: int, name: str, headers: dict[str, Any] | None = None) -> Answer:
    return Answer({"error": {"code": status, "status": name}}, status, headers or {})
