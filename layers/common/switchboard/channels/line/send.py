"""What LINE is sent: pushes with a retry key. Source: developers.line.biz, Messaging API."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import plain
from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo
from switchboard.net import http
from switchboard.net.http import Download

ACCEPTED = 409
"""What a push is answered with whose retry key was accepted before."""
_KEYS = UUID("a5d7bb6e-4c1f-4a0e-9f0c-2f4f7c1f6d21")


class LineSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://api.line.me")
        self._files = values.get("api", "https://api-data.line.me")
        self._bearer = {"authorization": f"Bearer {values['channel_token']}"}

    def flavoured(self, markdown: str) -> str:
        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """A push: the reply token lives for a minute, which is too short for work."""
        message: dict[str, Any] = {"type": "text", "text": part.text}
        if reply_to["quote"] and not part.plain:
            message["quoteToken"] = reply_to["quote"]
        if part.buttons:
            message["quickReply"] = {"items": [*map(_button, part.buttons)]}
        key = {"x-line-retry-key": str(uuid5(_KEYS, part.key))}
        payload = {"to": reply_to["to"], "messages": [message]}
        reply = http.post(f"{self._api}/v2/bot/message/push", payload, {**self._bearer, **key})
        if reply.status in {401, 403}:  # the token or the plan: an operator can mend that
            raise UnavailableError(f"line answered {reply.status}")
        if reply.status >= 400 and reply.status != ACCEPTED:  # noqa: PLR2004  HTTP
            raise RejectedError(f"line answered {reply.status}")

    def download(self, source: Mapping[str, str]) -> Download:
        url = f"{self._files}/v2/bot/message/{source['message']}/content"
        limit = self.can.limits.file_bytes
        return http.stream(url, self._bearer, hosts=(self._files,), limit=limit)


def _button(button: Button) -> dict[str, Any]:
    press = {"type": "postback", "label": button.label, "data": button.says}
    return {"type": "action", "action": {**press, "displayText": button.label}}
