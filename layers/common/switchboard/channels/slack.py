"""Slack: Events API, slash commands, replies in threads. Source: docs.slack.dev."""

import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from switchboard.channels import http
from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
    shape,
)
from switchboard.errors import (
    BadRequestError,
    BadSignatureError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
)
from switchboard.models import Envelope, ReplyTo, Sender

FORM = "application/x-www-form-urlencoded"
LATER = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
NOT_OURS = {"invalid_auth", "token_expired", "token_revoked", "account_inactive", "not_authed"}
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
    limits = Limits(text=11_000)  # a markdown block carries 12,000
    takes_files = False
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
        payload = {
            "channel": reply_to["channel"],
            "text": part.text[:3_000],  # for notifications; the block is what is shown
            "blocks": [{"type": "markdown", "text": part.text}],
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if reply_to.get("thread_ts"):
            payload["thread_ts"] = reply_to["thread_ts"]
        bearer = {"authorization": f"Bearer {self._token}"}
        reply = http.post(f"{self._api}/chat.postMessage", payload, bearer)
        error = "" if reply.body.get("ok") is True else str(reply.body.get("error", "no answer"))
        if error in LATER:
            raise RateLimitedError(error, retry_after=http.retry_after(reply))
        if error in NOT_OURS:
            raise UnavailableError(error)
        if error:
            raise RejectedError(error)

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
