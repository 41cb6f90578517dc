"""Microsoft Teams: a bot of the Bot Framework. Source: learn.microsoft.com, bot-framework."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    read_json,
    same,
    shape,
)
from switchboard.channels.kit import jwks
from switchboard.channels.kit.files import attachments
from switchboard.channels.kit.teams_activity import (
    Activity,
    Origin,
    chat_of,
    files_of,
    is_at,
    is_ours,
    sender_of,
    tenant_of,
    words_of,
)
from switchboard.credentials import tokens
from switchboard.errors import BadRequestError, BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net import http, oauth
from switchboard.net.http import Download

ISSUER = "https://api.botframework.com"
KEYS = "https://login.botframework.com"
LOGIN = "https://login.microsoftonline.com"
CONFIGURATION = "/v1/.well-known/openidconfiguration"
SCOPE = "https://api.botframework.com/.default"
SERVICES = ("smba.trafficmanager.net", ".botframework.com")
"""Where answers and pictures are, and so where our token may be sent."""
STORES = (".sharepoint.com",)
"""Where the files of personal chats are, behind links that need no token."""
BUSY = {412, 502, 504}
"""Try again, says the vendor, as after 429."""
MAX_FILE_BYTES = 20 * 2**20
CARD = "application/vnd.microsoft.card.hero"


class Teams:
    methods = ("POST",)
    inbound = ("app_id", "tenant_id")
    outbound = ("app_id", "tenant_id", "app_secret")
    content_types = ("application/json",)
    # A message carries 28 KB of UTF-16 with its wrapping; a thread takes 60 messages in 30 s.
    limits = Limits(text=12_000, units="utf-16", every=0.5, file_bytes=MAX_FILE_BYTES)
    takes_files = False  # a file needs the person's consent first: there are links instead
    takes_buttons = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "").rstrip("/")
        self._own = (self._api,) if self._api else ()

    def verify(self, webhook: Webhook) -> None:
        """A token of the Bot Framework for us, that names this very service, for our tenant.

        The body is not signed: it is believed as far as it says what the token says.
        """
        claims, key = jwks.verified(
            webhook,
            f"{self._api or KEYS}{CONFIGURATION}",
            audiences=current(self._values, "app_id"),
            issuers=(ISSUER,),
        )
        try:
            origin = shape(read_json(webhook.body), Origin)
        except BadRequestError as error:
            raise BadSignatureError("activity") from error
        if origin.channel_id not in key.endorsements:
            raise BadSignatureError("endorsements")
        if not same(str(claims.get("serviceurl", "")), origin.service_url):
            raise BadSignatureError("serviceurl")
        if not self._serves(origin.service_url):
            raise BadSignatureError("service host")
        if not any_same(tenant_of(origin), current(self._values, "tenant_id")):
            raise BadSignatureError("tenant")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """New messages of people. Edits, deletes and reactions are other types of activity."""
        body = read_json(webhook.body)
        if body.get("type") != "message":
            return []
        activity = shape(body, Activity)
        if is_ours(activity):
            return []
        sender, chat = sender_of(activity), chat_of(activity)
        made = envelope_id("teams", self._account, chat, activity.id)
        text, files = words_of(activity), attachments(made, files_of(activity))
        if not text and not files:
            return []
        return [
            Envelope(
                id=made,
                channel="teams",
                account=self._account,
                conversation=chat,
                sender=Sender(sender, name=activity.sender.name, locale=activity.locale),
                text=text,
                attachments=files,
                reply_to={
                    "service": activity.service_url,
                    "conversation": activity.conversation.id,
                },
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown  # the text format `markdown` takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        if not self._serves(reply_to["service"]):
            raise RejectedError("service host")
        base = self._api or reply_to["service"].rstrip("/")
        # A channel's conversation names the thread in its id.
        url = f"{base}/v3/conversations/{quote(reply_to['conversation'], '')}/activities"
        payload: dict[str, Any] = {"type": "message", "textFormat": "markdown", "text": part.text}
        if part.buttons:
            payload["attachments"] = [{"contentType": CARD, "content": {"buttons": _buttons(part)}}]
        status = http.call("POST", url, payload, self._bearer()).status
        if status == 401:  # noqa: PLR2004  Unauthorized
            tokens.forget(self._token_name)
            raise UnavailableError("token refused")
        if status in BUSY:
            raise UnavailableError(f"teams answered {status}")
        if status >= 300:  # noqa: PLR2004  the bot was removed, the chat is gone
            raise RejectedError(f"teams answered {status}")

    def download(self, source: Mapping[str, str]) -> Download:
        url = source["url"]
        ours = source["by"] == "token" and self._serves(url)
        hosts = (*SERVICES, *STORES, *self._own)
        return http.stream(url, self._bearer() if ours else {}, hosts=hosts, limit=MAX_FILE_BYTES)

    def _serves(self, url: str) -> bool:
        return is_at(url, *SERVICES, *self._own)

    @property
    def _token_name(self) -> str:
        return f"teams/{self._account}"

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.held(self._token_name, self._new_token)}"}

    def _new_token(self) -> tuple[str, float]:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self._values["app_id"],
            "client_secret": self._values["app_secret"],
            "scope": SCOPE,
        }
        tenant = quote(self._values["tenant_id"], "")
        return oauth.granted(f"{self._api or LOGIN}/{tenant}/oauth2/v2.0/token", fields)


def _buttons(part: Part) -> list[dict[str, object]]:
    """Each comes back as a message of whoever pressed it."""
    return [
        {"type": "messageBack", "title": one.label, "text": one.says, "value": {"text": one.says}}
        for one in part.buttons
    ]


WHOLE = Teams
