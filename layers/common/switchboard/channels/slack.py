"""Slack: Events API, slash commands, replies in threads. Source: docs.slack.dev."""

import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    envelope_id,
    fresh,
    header,
    read_json,
    same,
    shape,
)
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, ReplyTo, Sender

FORM = "application/x-www-form-urlencoded"
OWN_COMMANDS = {"/switchboard", "/sb"}


class _Event(Struct):
    type: str
    user: str = ""
    text: str = ""
    ts: str = ""
    thread_ts: str = ""
    channel: str = ""


class _Callback(Struct):
    type: str
    team_id: str = ""
    challenge: str = ""
    event: dict[str, Any] | None = None


class Slack:
    methods = ("POST",)
    inbound = ("signing_secret",)
    outbound = ("bot_token",)
    content_types = ("application/json", FORM)
    # A markdown block carries 12,000; files as large as a tool takes.
    limits = Limits(text=11_000, file_bytes=20 * 2**20)
    takes_files = True
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secret = values.get("signing_secret", "").encode()
        self._token = values.get("bot_token", "")
        self._api = values.get("api", "https://slack.com/api")

    def verify(self, webhook: Webhook) -> None:
        stamp = fresh(header(webhook, "x-slack-request-timestamp"), webhook.received_at)
        base = b"v0:" + stamp.encode() + b":" + webhook.body
        expected = "v0=" + hmac.new(self._secret, base, "sha256").hexdigest()
        if not same(header(webhook, "x-slack-signature"), expected):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        if _is_form(webhook):
            return None
        callback = shape(read_json(webhook.body), _Callback)
        if callback.type != "url_verification":
            return None
        return Response(200, callback.challenge, "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        if _is_form(webhook):
            return self._slash_command(webhook)
        callback = shape(read_json(webhook.body), _Callback)
        if callback.event is None or not _is_for_us(callback.event):
            return []
        event = shape(callback.event, _Event)
        if not (callback.team_id and event.channel and event.user and event.ts):
            raise BadRequestError("an event without its ids")
        in_thread = event.thread_ts or (event.ts if event.type == "app_mention" else "")
        conversation = f"{callback.team_id}:{event.channel}"
        # A mention arrives as app_mention and as message: both have this channel and ts.
        return [
            Envelope(
                id=envelope_id("slack", self._account, conversation, event.ts),
                channel="slack",
                account=self._account,
                conversation=conversation,
                sender=Sender(f"{callback.team_id}:{event.user}"),
                text=_plain(event.text),
                reply_to={"channel": event.channel, "thread_ts": in_thread},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200)

    def render(self, markdown: str) -> str:
        return markdown  # a markdown block takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        from switchboard.channels import slack_push  # noqa: PLC0415  ingest sends nothing

        slack_push.Push(self._api, self._token).send(reply_to, part)

    def _slash_command(self, webhook: Webhook) -> list[Envelope]:
        try:
            fields = parse_qs(webhook.body.decode("utf-8", "replace"), max_num_fields=50)
            form = {name: values[0] for name, values in fields.items()}
            team, channel, user = form["team_id"], form["channel_id"], form["user_id"]
            command, trigger = form["command"], form["trigger_id"]
        except ValueError as error:
            raise BadRequestError("too many fields") from error
        except KeyError as error:
            raise BadRequestError(f"a slash command without {error}") from error
        words = form.get("text", "")
        if command in OWN_COMMANDS:
            text = words if words.startswith("/") else f"/{words or 'help'}"
        else:
            text = f"{command} {words}"
        conversation = f"{team}:{channel}"
        return [
            Envelope(
                id=envelope_id("slack", self._account, conversation, trigger),
                channel="slack",
                account=self._account,
                conversation=conversation,
                sender=Sender(f"{team}:{user}"),
                text=text.strip(),
                reply_to={"channel": channel, "thread_ts": ""},
                received_at=webhook.received_at,
            )
        ]


def _is_form(webhook: Webhook) -> bool:
    return webhook.headers.get("content-type", "").lower().startswith(FORM)


def _is_for_us(event: Mapping[str, Any]) -> bool:
    """A mention or a direct message, written by a person, not edited, not our own echo.

    Asked before the event's shape is: other events have other things under the same names.
    """
    if event.get("bot_id") or event.get("subtype") not in {None, "", "file_share"}:
        return False
    kind = event.get("type")
    return kind == "app_mention" or (kind == "message" and event.get("channel_type") == "im")


def _plain(text: str) -> str:
    """Slack's escapes undone: no leading mention, links as they were written, & < > as well."""
    text = re.sub(r"^\s*(<@[A-Z0-9]+(?:\|[^>]*)?>\s*)+", "", text)
    text = re.sub(r"<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>", _link, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _link(found: re.Match[str]) -> str:
    """The address, but the words where Slack made the link: `README.md` looks like a host."""
    address, words = found[1], found[2]
    return words if address in {f"http://{words}", f"mailto:{words}"} else address
