"""DingTalk, a robot in HTTP mode: a signature that covers no body.

Whoever has one pair of `timestamp` and `sign` can put any body under it for an hour. So a pair
opens one message and no second: its timestamp is the replay key, and each process remembers which
body came with it. Company and robot must be ours.
Source: open.dingtalk.com, robot receive message (HTTP).
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping

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
    shape,
)
from switchboard.channels.dingtalk.message import Callback, files_of, words_of
from switchboard.channels.kit.dingtalk_stamp import stamp_of
from switchboard.channels.kit.files import attachments
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

REMEMBERED = 4096
"""Pairs that a process remembers: an hour of a busy robot."""


class DingtalkReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secrets = current(values, "app_secret")
        self._companies = current(values, "corp_id")
        self._robots = current(values, "robot_code")
        self._name = values.get("bot_name", "").strip()
        self._opened: OrderedDict[str, bytes] = OrderedDict()
        """Which body each timestamp came with."""

    def receive(self, webhook: Webhook) -> Received:
        stamp = self._verified(webhook)
        callback = shape(read_json(webhook.body), Callback)
        self._require_ours(callback)
        envelope = self._envelope(callback, stamp, webhook.received_at)
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _verified(self, webhook: Webhook) -> str:
        """The timestamp. Raises BadSignatureError also for a second body under one signature."""
        stamp = stamp_of(header(webhook, "timestamp"), webhook.received_at)
        right = [sign(secret, stamp) for secret in self._secrets]
        if not any_same(header(webhook, "sign"), right):
            raise BadSignatureError("digest")
        body = hashlib.sha256(webhook.body).digest()
        # The same body again is a retry: it gets the same id, and is not lost if the first was.
        if self._opened.setdefault(stamp, body) != body:
            raise BadSignatureError("a signature that was used")
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)
        return stamp

    def _require_ours(self, callback: Callback) -> None:
        """A signature says which robot sent it, but a body under it may speak for any other."""
        company = any_same(callback.chatbot_corp_id, self._companies)
        robot = any_same(callback.robot_code, self._robots)
        if not (company and robot):
            raise BadSignatureError("another company's or robot's")

    def _envelope(self, callback: Callback, stamp: str, now: float) -> Envelope | None:
        """None for our own echo, for what is said to others, and for somebody from outside the
        company.
        """
        user, company = callback.sender_staff_id, callback.chatbot_corp_id
        if callback.sender_id == callback.chatbot_user_id or not (user and callback.is_for_us):
            return None
        text, files = words_of(callback, self._name), files_of(callback)
        if callback.sender_corp_id not in {"", company} or not (text or files):
            return None
        if not callback.conversation_id:
            raise BadRequestError("a message without its conversation")
        group = callback.conversation_id if callback.in_group else ""
        # Nothing in the body may be part of the id: it is not signed.
        made = envelope_id("dingtalk", self._account, "", stamp)
        return Envelope(
            id=made,
            channel="dingtalk",
            account=self._account,
            conversation=callback.conversation_id,
            chat="direct" if callback.conversation_type == "1" else "group",
            sender=Sender(f"{company}:{user}"),
            text=text,
            attachments=attachments(made, files),
            reply_to={"user": user, "group": group, "session": callback.session_webhook},
            received_at=now,
        )


def sign(secret: str, stamp: str) -> str:
    """What proves a robot's secret, and nothing else: neither the body nor the address."""
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(digest).decode()


_: type[Receiver] = DingtalkReceiver
