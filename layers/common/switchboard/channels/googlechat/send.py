"""What Google Chat is sent. Source: developers.google.com/workspace/chat."""

import time
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct, json

from switchboard.channels.base import Outbound, Part, Sender, shape
from switchboard.channels.googlechat import text
from switchboard.credentials import tokens
from switchboard.errors import BadRequestError, GoneError, RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo
from switchboard.net import http, oauth
from switchboard.net.http import Download

API = "https://chat.googleapis.com"
TOKENS = "https://oauth2.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/chat.bot"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_SECONDS = 3600


class _Account(Struct):
    """The key file of a service account; its other addresses are not followed."""

    client_email: str
    private_key: str


class GooglechatSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        given = values.get("api", "").rstrip("/")
        self._api, self._tokens = given or API, given or TOKENS
        self._token_name = f"googlechat/{account}"

    def flavoured(self, markdown: str) -> str:
        return text.render(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        query = {"requestId": part.key}
        payload: dict[str, object] = {"text": part.text}
        if part.buttons:
            shown = {"buttonList": {"buttons": [*map(_button, part.buttons)]}}
            card = {"sections": [{"widgets": [shown]}]}
            payload["cardsV2"] = [{"cardId": "choice", "card": card}]
        if reply_to.get("thread"):
            payload["thread"] = {"name": reply_to["thread"]}
            query["messageReplyOption"] = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
        url = f"{self._api}/v1/{reply_to['space']}/messages?{urlencode(query)}"
        status = http.call("POST", url, payload, self._bearer()).status
        if status == 401:  # noqa: PLR2004  Unauthorized
            tokens.forget(self._token_name)
            raise UnavailableError("token refused")
        if status in {403, 404}:  # we are not there, or nobody is
            raise GoneError(f"google chat answered {status}")
        if status >= 300:  # noqa: PLR2004  HTTP
            raise RejectedError(f"google chat answered {status}")

    def download(self, source: Mapping[str, str]) -> Download:
        resource, limit = source["resource"], self.can.limits.file_bytes
        if ".." in resource:
            raise RejectedError("resource name")
        url = f"{self._api}/v1/media/{quote(resource)}?alt=media"
        return http.stream(url, self._bearer(), hosts=(self._api,), limit=limit)

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.held(self._token_name, self._new_token)}"}

    def _new_token(self) -> tuple[str, float]:
        fields = {"grant_type": GRANT, "assertion": assertion(self.values["service_account"])}
        return oauth.granted(f"{self._tokens}/token", fields)


def assertion(key_file: str) -> str:
    """The claim to be a service account, signed with its key file, for a token (RFC 7523).

    Raises UnavailableError when that is not readable.
    """
    import jwt  # noqa: PLC0415  50 ms, for an hourly token that is shared

    try:
        account = shape(json.decode(key_file), _Account)
        now = int(time.time())
        claims = {
            "iss": account.client_email,
            "scope": SCOPE,
            "aud": f"{TOKENS}/token",
            "iat": now,
            "exp": now + TOKEN_SECONDS,
        }
        return str(jwt.encode(claims, account.private_key, algorithm="RS256"))
    except (ValueError, jwt.PyJWTError, BadRequestError):
        # No cause: a parser's error may quote the key.
        raise UnavailableError("the service account's key is not readable") from None


def _button(button: Button) -> dict[str, object]:
    press = {"function": "say", "parameters": [{"key": "text", "value": button.says}]}
    return {"text": button.label, "onClick": {"action": press}}
