"""A double of the Bot Framework for Teams. Source: learn.microsoft.com, bot-framework."""

import re
import secrets
from urllib.parse import parse_qs, unquote

from tests.doubles.server import Answer, Double, Message, Request
from tests.signers import keys
from tests.signers.teams import ISSUER, VALUES

CONFIGURATION = "/v1/.well-known/openidconfiguration"
JWKS = "/v1/.well-known/keys"
SCOPE = "https://api.botframework.com/.default"
ACTIVITIES = re.compile(r"/v3/conversations/([^/]+)/activities")
MAX_ACTIVITY_BYTES = 28 * 1024
TOKEN_SECONDS = 3599


class TeamsDouble(Double):
    """The keys of the issuer, the login of one tenant, and the connector of its conversations."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(VALUES)
        self.tokens: list[str] = []
        """Issued tokens that are valid."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """Media type and content by path."""

    def is_send(self, request: Request) -> bool:
        return bool(ACTIVITIES.fullmatch(request.path))

    def respond(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._document(request)
        if request.path == f"/{self.values['tenant_id']}/oauth2/v2.0/token":
            return self._token(request)
        found = ACTIVITIES.fullmatch(request.path)
        if found is None:
            return Answer({"error": {"code": "NotFound"}}, 404)
        if request.bearer not in self.tokens:
            return Answer({"error": {"code": "Unauthorized"}}, 401)
        return self._post(unquote(found[1]), request)

    def limited(self) -> Answer:
        return Answer({"error": {"code": "TooManyRequests"}}, 429, self.wait)

    def _document(self, request: Request) -> Answer:
        if request.path == CONFIGURATION:
            return Answer({"issuer": ISSUER, "jwks_uri": f"{self.url}{JWKS}"})
        if request.path == JWKS:
            return Answer(keys.public(endorsements=["msteams"]))
        if request.path not in self.files:
            return Answer({"error": {"code": "NotFound"}}, 404)
        media_type, content = self.files[request.path]
        return Answer(content, headers={"content-type": media_type})

    def _token(self, request: Request) -> Answer:
        fields = {name: found[0] for name, found in parse_qs(request.body.decode()).items()}
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.values["app_id"],
            "client_secret": self.values["app_secret"],
            "scope": SCOPE,
        }
        if fields != wanted:
            return Answer({"error": "invalid_client"}, 401)
        self.tokens.append(secrets.token_hex(16))
        token = {"token_type": "Bearer", "access_token": self.tokens[-1]}
        return Answer({**token, "expires_in": TOKEN_SECONDS})

    def _post(self, conversation: str, request: Request) -> Answer:
        payload = request.json()
        if conversation in self.left:
            return Answer({"error": {"code": "BotNotInConversationRoster"}}, 403)
        if len(request.body.decode().encode("utf-16-le")) > MAX_ACTIVITY_BYTES:
            return Answer({"error": {"code": "MessageSizeTooBig"}}, 413)
        if payload.get("type") != "message" or payload.get("textFormat") not in {
            "markdown",
            "plain",
        }:
            return Answer({"error": {"code": "BadSyntax"}}, 400)
        chat, _, thread = conversation.partition(";messageid=")
        made = str(next(self._ids))
        self.post(Message(chat, thread, str(payload.get("text", "")), request.at, id=made))
        return Answer({"id": made}, 201)
