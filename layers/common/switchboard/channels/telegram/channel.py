"""Telegram: the secret token, replies. Source: core.telegram.org/bots/api."""

from collections.abc import Mapping
from urllib.parse import quote

from msgspec import json

from switchboard.channels.base import Limits, Part, Response, Webhook, any_same, current, header
from switchboard.channels.telegram import event as telegram_event
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo
from switchboard.net import http
from switchboard.net.http import Download


class Telegram:
    methods = ("POST",)
    inbound = ("secret_token",)
    outbound = ("bot_token",)
    content_types = ("application/json",)
    limits = Limits(text=4_000, units="utf-16", file_bytes=20 * 2**20)  # of 4,096
    takes_files = True
    takes_buttons = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "secret_token")
        self._token = values.get("bot_token", "")
        self._api = values.get("api", "https://api.telegram.org")

    def verify(self, webhook: Webhook) -> None:
        if not any_same(header(webhook, "x-telegram-bot-api-secret-token"), self._secrets):
            raise BadSignatureError("secret token")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        return telegram_event.envelopes(webhook, self._account)

    def acknowledge(self, webhook: Webhook) -> Response:
        """A press is answered at once, with nothing, or its button would go on waiting."""
        press = telegram_event.pressed(webhook)
        done = {"method": "answerCallbackQuery", "callback_query_id": press}
        return Response(200, json.encode(done).decode() if press else "")

    def render(self, markdown: str) -> str:
        from switchboard.channels.kit import markup  # noqa: PLC0415  ingest renders nothing

        return markup.to_html(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        from switchboard.channels.telegram import push as telegram_push  # noqa: PLC0415  ingest sends nothing

        telegram_push.Push(f"{self._api}/bot{self._token}").send(reply_to, part)

    def download(self, source: Mapping[str, str]) -> Download:
        """A file of up to 20 MB, which is what Telegram gives to bots."""
        reply = http.post(f"{self._api}/bot{self._token}/getFile", {"file_id": source["file"]})
        if reply.status == 401:  # noqa: PLR2004  the token is wrong: an operator can mend that
            raise UnavailableError("telegram answered 401")
        result = reply.body.get("result")
        path = str(result.get("file_path", "")) if isinstance(result, dict) else ""
        if not path or path.startswith("/") or ".." in path:
            raise RejectedError(f"telegram answered {reply.status}", say="attachment_gone")
        url = f"{self._api}/file/bot{self._token}/{quote(path)}"
        return http.stream(url, hosts=(self._api,), limit=self.limits.file_bytes)
