"""What Microsoft Teams is sent: activities into a conversation. Source: learn.microsoft.com."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.teams.places import SERVICES, serves
from switchboard.credentials import tokens
from switchboard.errors import GoneError, RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo
from switchboard.net import http, oauth
from switchboard.net.http import Download

LOGIN = "https://login.microsoftonline.com"
SCOPE = "https://api.botframework.com/.default"
STORES = (".sharepoint.com",)
"""Where the files of personal chats are, behind links that need no token."""
BUSY = {412, 502, 504}
"""Try again, says the vendor, as after 429."""
CARD = "application/vnd.microsoft.card.hero"


class TeamsSender(Sender):
    """The text format `markdown` takes Markdown as it is, so nothing is rendered."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "").rstrip("/")
        self._token = f"teams/{account}"

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        if not serves(reply_to["service"], self._api):
            raise RejectedError("service host")
        base = self._api or reply_to["service"].rstrip("/")
        # A channel's conversation names the thread in its id.
        url = f"{base}/v3/conversations/{quote(reply_to['conversation'], '')}/activities"
        flavour = "plain" if part.plain else "markdown"
        payload: dict[str, Any] = {"type": "message", "textFormat": flavour, "text": part.text}
        if part.buttons:
            buttons = [*map(_button, part.buttons)]
            payload["attachments"] = [{"contentType": CARD, "content": {"buttons": buttons}}]
        status = http.call("POST", url, payload, self._bearer()).status
        if status == 401:  # noqa: PLR2004  Unauthorized
            tokens.forget(self._token)
            raise UnavailableError("token refused")
        if status in BUSY:
            raise UnavailableError(f"teams answered {status}")
        if status in {403, 404}:  # we are not there, or nobody is
            raise GoneError(f"teams answered {status}")
        if status >= 300:  # noqa: PLR2004  HTTP
            raise RejectedError(f"teams answered {status}")

    def download(self, source: Mapping[str, str]) -> Download:
        """The file, to which our token is sent only where it is with a service of Teams."""
        url = source["url"]
        ours = source["by"] == "token" and serves(url, self._api)
        return http.stream(
            url,
            self._bearer() if ours else {},
            hosts=(*SERVICES, *STORES, *filter(None, [self._api])),
            limit=self.can.limits.file_bytes,
        )

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.held(self._token, self._new_token)}"}

    def _new_token(self) -> tuple[str, float]:
        fields = {
            "grant_type": "client_credentials",
            "client_id": self.values["app_id"],
            "client_secret": self.values["app_secret"],
            "scope": SCOPE,
        }
        tenant = quote(self.values["tenant_id"], "")
        return oauth.granted(f"{self._api or LOGIN}/{tenant}/oauth2/v2.0/token", fields)


def _button(button: Button) -> dict[str, object]:
    """It comes back as a message of whoever pressed it."""
    value = {"text": button.says}
    return {"type": "messageBack", "title": button.label, "text": button.says, "value": value}
