"""What Discord is sent: follow-ups to an interaction. Source: discord.com/developers."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct, json

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender, shape
from switchboard.errors import ClosedWindowError, RejectedError
from switchboard.models import Button, ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

SUPPRESS_EMBEDS = 4
ROW, BUTTON, GREY = 1, 2, 2
"""Types of components, and a button's style."""
AGENT = {"user-agent": "DiscordBot (https://example.org/switchboard, 1.0)"}
"""Without one of this form Discord does not answer."""
FILE_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
TOO_LATE = {10008, 10015, 10062, 50027}
"""The interaction's message, its webhook, itself, or its token is not known any more."""


class _Answer(Struct):
    code: int = 0


class DiscordSender(Sender):
    """Discord takes Markdown as it is, so nothing is rendered."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://discord.com/api/v10")

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """A follow-up with the text and the first file, and one for each further file.

        The first after a deferred answer takes that answer's place, as if it were edited.
        """
        if time.time() > float(reply_to["until"]):
            raise ClosedWindowError("the interaction's token has expired")
        buttons = [*map(_button, part.buttons)]
        first = {"components": [{"type": ROW, "components": buttons}]} if buttons else {}
        self._post(reply_to, {"content": part.text, **first}, part.files[:1])
        for file in part.files[1:]:
            self._post(reply_to, {"content": ""}, (file,))

    def download(self, source: Mapping[str, str]) -> Download:
        hosts = (*FILE_HOSTS, self._api)
        return http.stream(source["url"], hosts=hosts, limit=self.can.limits.file_bytes)

    def _post(
        self, reply_to: ReplyTo, shown: Mapping[str, Any], files: tuple[StoredFile, ...]
    ) -> None:
        application, token = quote(reply_to["application"], ""), quote(reply_to["token"], "")
        url = f"{self._api}/webhooks/{application}/{token}?wait=true"
        payload = {
            **shown,
            "flags": SUPPRESS_EMBEDS,
            "allowed_mentions": {"parse": []},  # what others wrote must not wake everyone
        }
        if files:
            named = {
                f"files[{index}]": (file.name, file.media_type, storage.content(file))
                for index, file in enumerate(files)
            }
            kind, body = http.multipart({"payload_json": json.encode(payload).decode()}, named)
            _check(http.upload("POST", url, body, {**AGENT, "content-type": kind}))
        else:
            _check(http.post(url, payload, AGENT))


def _button(button: Button) -> dict[str, Any]:
    return {"type": BUTTON, "style": GREY, "label": button.label, "custom_id": button.says}


def _check(reply: http.HttpResponse) -> None:
    code = shape(reply.body, _Answer).code
    if code in TOO_LATE:
        raise ClosedWindowError(f"{reply.status} {code}")
    if reply.status >= 400:  # noqa: PLR2004  HTTP
        raise RejectedError(f"{reply.status} {code}")
