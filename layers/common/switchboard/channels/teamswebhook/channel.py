"""Microsoft Teams: an outgoing webhook in, a workflow's webhook out. Source: learn.microsoft.com.

An outgoing webhook takes one answer within five seconds, and nothing later. So that answer only
says where the real ones come: in the channel of a workflow that posts what is sent to its address.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from msgspec import json

from switchboard import phrases
from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.channels.kit.teams_activity import (
    Activity,
    chat_of,
    is_at,
    is_ours,
    sender_of,
    words_of,
)
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.http import Download

WORKFLOWS = (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com")
"""Where Teams keeps the addresses of workflows, and of the incoming webhooks before them."""
CARD = "application/vnd.microsoft.card.adaptive"
MIN_KEY_BYTES = 16


class TeamsWebhook:
    methods = ("POST",)
    inbound = ("security_token",)
    outbound = ("push_url",)
    content_types = ("application/json",)
    limits = Limits(text=12_000, units="utf-16", every=0.25)  # of 28 KB; four requests a second
    takes_files = False
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._keys = [_key(token) for token in current(values, "security_token")]
        self._push_url = values.get("push_url", "")
        self._places = (*WORKFLOWS, *filter(None, [values.get("api", "")]))

    def verify(self, webhook: Webhook) -> None:
        scheme, _, given = header(webhook, "authorization").partition(" ")
        keys = [key for key in self._keys if len(key) >= MIN_KEY_BYTES]
        digests = [hmac.digest(key, webhook.body, "sha256") for key in keys]
        expected = [b64encode(digest).decode() for digest in digests]
        if not any_same(given, expected) or scheme != "HMAC":
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        body = read_json(webhook.body)
        if body.get("type") != "message":
            return []
        activity = shape(body, Activity)
        if is_ours(activity):
            return []
        sender, chat, text = sender_of(activity), chat_of(activity), words_of(activity)
        if not text:
            return []
        return [
            Envelope(
                id=envelope_id("teamswebhook", self._account, chat, activity.id),
                channel="teamswebhook",
                account=self._account,
                conversation=chat,
                sender=Sender(sender, name=activity.sender.name, locale=activity.locale),
                text=text,
                reply_to={"conversation": activity.conversation.id},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        """An empty answer is shown as a failure, so there are words."""
        activity = shape(read_json(webhook.body), Activity)
        locale = phrases.locale_of(activity.text or "", activity.locale)
        text = phrases.say("answer_elsewhere", locale)
        return Response(200, json.encode({"type": "message", "text": text}).decode())

    def render(self, markdown: str) -> str:
        return markdown  # a card's text block takes it as it is

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        if not is_at(self._push_url, *self._places):
            raise UnavailableError("push_url is no address of a workflow")
        block = {"type": "TextBlock", "text": part.text, "wrap": True}
        card = {"type": "AdaptiveCard", "version": "1.4", "body": [block]}
        payload = {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
        sent = {"content-type": "application/json"}
        # A workflow answers 202 with no body, an incoming webhook 200 with `1` or with its trouble.
        reply = http.upload("POST", self._push_url, json.encode(payload), sent, plain=True)
        if reply.status in {401, 403, 404, 410}:  # renewed or switched off: an operator can mend it
            raise UnavailableError(f"the workflow answered {reply.status}")
        if reply.status >= 300:  # noqa: PLR2004
            raise RejectedError(f"the workflow answered {reply.status}")

    def download(self, source: Mapping[str, str]) -> Download:
        raise RejectedError("an outgoing webhook brings no files")


def _key(token: str) -> bytes:
    """The key that a security token is base64 of; none when it is not."""
    try:
        return b64decode(token, validate=True)
    except ValueError:
        return b""


WHOLE = TeamsWebhook
