"""Microsoft Teams' outgoing webhooks. Source: learn.microsoft.com.

One takes a single answer within five seconds, and nothing later. So that answer only says where the
real ones come: in the channel of a workflow that posts what is sent to its address.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

from msgspec import json

from switchboard import phrases
from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    remembered,
    shape,
)
from switchboard.channels.kit.teams_activity import (
    Activity,
    chat_of,
    is_ours,
    sender_of,
    words_of,
    written_at,
)
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender

MIN_KEY_BYTES = 16


class TeamswebhookReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        keys = [_key(token) for token in current(values, "security_token")]
        self._keys = [key for key in keys if len(key) >= MIN_KEY_BYTES]

    def receive(self, webhook: Webhook) -> Received:
        self._verify(webhook)
        body = read_json(webhook.body)
        activity = shape(body, Activity)
        remembered(written_at(activity), webhook.received_at)
        said = body.get("type") == "message" and not is_ours(activity)
        envelope = self._envelope(activity, webhook.received_at) if said else None
        return Received((envelope,) if envelope else (), _answer(activity))

    def _verify(self, webhook: Webhook) -> None:
        scheme, _, given = header(webhook, "authorization").partition(" ")
        digests = [hmac.digest(key, webhook.body, "sha256") for key in self._keys]
        expected = [b64encode(digest).decode() for digest in digests]
        if not any_same(given, expected) or scheme != "HMAC":
            raise BadSignatureError("digest")

    def _envelope(self, activity: Activity, now: float) -> Envelope | None:
        sender, chat, text = sender_of(activity), chat_of(activity), words_of(activity)
        if not text:
            return None
        return Envelope(
            id=envelope_id("teamswebhook", self._account, chat, activity.id),
            channel="teamswebhook",
            account=self._account,
            conversation=chat,
            sender=Sender(sender, name=activity.sender.name, locale=activity.locale),
            text=text,
            reply_to={"conversation": activity.conversation.id},
            received_at=now,
        )


def _answer(activity: Activity) -> Response:
    """An empty answer is shown as a failure, so there are words."""
    locale = phrases.locale_of(activity.text or "", activity.locale)
    text = phrases.say("answer_elsewhere", locale)
    return Response(200, json.encode({"type": "message", "text": text}).decode())


def _key(token: str) -> bytes:
    """The key that a security token is base64 of; none when it is not."""
    try:
        return b64decode(token, validate=True)
    except ValueError:
        return b""


_: type[Receiver] = TeamswebhookReceiver
