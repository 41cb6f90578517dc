"""Google Chat: events in, answers in threads. Source: developers.google.com/workspace/chat."""

import time
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct, json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.googlechat.event import event_of
from switchboard.channels.kit import jwks
from switchboard.channels.kit.files import attachments
from switchboard.credentials import tokens
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Button, Envelope, ReplyTo, Sender
from switchboard.net import http, oauth
from switchboard.net.http import Download

CHAT = "chat@system.gserviceaccount.com"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
KEYS = "https://www.googleapis.com"
KEYS_OF_GOOGLE = "/oauth2/v3/certs"
KEYS_OF_CHAT = f"/service_accounts/v1/jwk/{CHAT}"
API = "https://chat.googleapis.com"
TOKENS = "https://oauth2.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/chat.bot"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_SECONDS = 3600
MAX_FILE_BYTES = 20 * 2**20


class _Account(Struct):
    """The key file of a service account; its other addresses are not followed."""

    client_email: str
    private_key: str


class GoogleChat:
    methods = ("POST",)
    inbound = ("audience", "principal")
    outbound = ("service_account",)
    content_types = ("application/json",)
    # 32,000 bytes with the wrapping; one message a second and space.
    limits = Limits(text=30_000, units="bytes", every=1.0, file_bytes=MAX_FILE_BYTES)
    takes_files = False  # the vendor lets only people upload: there are links instead
    takes_buttons = True
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "").rstrip("/")

    def verify(self, webhook: Webhook) -> None:
        """A token for us, by the one principal that may send to us.

        Anybody at Google can have a token for our audience, and every add-on has a principal
        (CVE-2026-35622). Of an app whose audience is its project number, the principal is the
        issuer; else it is an account that Google has verified.
        """
        audiences, keys = current(self._values, "audience"), self._api or KEYS
        if self._values["audience"].isdigit():
            url = f"{keys}{KEYS_OF_CHAT}"
            claims, _ = jwks.verified(webhook, url, audiences=audiences, issuers=(CHAT,))
            found = claims["iss"]
        else:
            url = f"{keys}{KEYS_OF_GOOGLE}"
            claims, _ = jwks.verified(webhook, url, audiences=audiences, issuers=ISSUERS)
            found = claims.get("email") if claims.get("email_verified") is True else ""
        if not any_same(str(found), current(self._values, "principal")):
            raise BadSignatureError("principal")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """Messages and pressed buttons of people; what joins, leaves or is edited is ignored."""
        event = event_of(read_json(webhook.body))
        if event is None:
            return []
        made = envelope_id("googlechat", self._account, event.space, event.id)
        files = attachments(made, event.files)
        if not event.text and not files:
            return []
        return [
            Envelope(
                id=made,
                channel="googlechat",
                account=self._account,
                conversation=event.space,
                sender=Sender(event.user.name, name=event.user.display_name),
                text=event.text,
                attachments=files,
                reply_to={"space": event.space, "thread": event.message.thread.name},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        from switchboard.channels.googlechat import text as googlechat_text  # noqa: PLC0415  ingest renders nothing

        return googlechat_text.render(markdown)

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
        url = f"{self._api or API}/v1/{reply_to['space']}/messages?{urlencode(query)}"
        status = http.call("POST", url, payload, self._bearer()).status
        if status == 401:  # noqa: PLR2004  Unauthorized
            tokens.forget(self._token_name)
            raise UnavailableError("token refused")
        if status >= 300:  # noqa: PLR2004  the app was removed, the space is gone
            raise RejectedError(f"google chat answered {status}")

    def download(self, source: Mapping[str, str]) -> Download:
        base, resource = self._api or API, source["resource"]
        if ".." in resource:
            raise RejectedError("resource name")
        url = f"{base}/v1/media/{quote(resource)}?alt=media"
        return http.stream(url, self._bearer(), hosts=(base,), limit=MAX_FILE_BYTES)

    @property
    def _token_name(self) -> str:
        return f"googlechat/{self._account}"

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.held(self._token_name, self._new_token)}"}

    def _new_token(self) -> tuple[str, float]:
        fields = {"grant_type": GRANT, "assertion": assertion(self._values["service_account"])}
        return oauth.granted(f"{self._api or TOKENS}/token", fields)


def _button(button: Button) -> dict[str, object]:
    press = {"function": "say", "parameters": [{"key": "text", "value": button.says}]}
    return {"text": button.label, "onClick": {"action": press}}


def assertion(key_file: str) -> str:
    """The claim to be a service account, signed with its key file, for a token (RFC 7523).

    Raises UnavailableError when that is not readable.
    """
    import jwt  # noqa: PLC0415  only for an hourly token

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


WHOLE = GoogleChat
