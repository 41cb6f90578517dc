"""Slack: Events API, slash commands, replies in threads. Source: docs.slack.dev."""

import hmac
from collections.abc import Mapping

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.channels.slack import event as slack_event
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, ReplyTo
from switchboard.net import http
from switchboard.net.http import Download

FILES = "files.slack.com"


class Slack:
    methods = ("POST",)
    inbound = ("signing_secret",)
    outbound = ("bot_token",)
    content_types = ("application/json", slack_event.FORM)
    # A markdown block carries 12,000; files as large as a tool takes.
    limits = Limits(text=11_000, file_bytes=20 * 2**20)
    takes_files = True
    takes_buttons = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "signing_secret")
        self._token = values.get("bot_token", "")
        self._api = values.get("api", "https://slack.com/api")

    def verify(self, webhook: Webhook) -> None:
        stamp = fresh(header(webhook, "x-slack-request-timestamp"), webhook.received_at)
        base = b"v0:" + stamp.encode() + b":" + webhook.body
        expected = [
            f"v0={hmac.digest(key.encode(), base, 'sha256').hex()}" for key in self._secrets
        ]
        if not any_same(header(webhook, "x-slack-signature"), expected):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        if slack_event.is_form(webhook):
            return None
        callback = shape(read_json(webhook.body), slack_event.Callback)
        if callback.type != "url_verification":
            return None
        return Response(200, callback.challenge, "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        return slack_event.envelopes(webhook, self._account)

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200)

    def render(self, markdown: str) -> str:
        return markdown  # a markdown block takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        from switchboard.channels.slack import push as slack_push  # noqa: PLC0415  ingest sends nothing

        slack_push.Push(self._api, self._token).send(reply_to, part)

    def download(self, source: Mapping[str, str]) -> Download:
        """Slack's file, with the bot's token, which no other host is ever sent."""
        bearer = {"authorization": f"Bearer {self._token}"}
        hosts = (FILES, self._api)
        return http.stream(source["url"], bearer, hosts=hosts, limit=self.limits.file_bytes)
