"""DingTalk, a robot in HTTP mode: a signature that covers no body, answers where they were asked.

Whoever has one pair of `timestamp` and `sign` can put any body under it for an hour. So a pair
opens one message and no second: its timestamp is the replay key, and each process remembers which
body came with it. Company and robot must be ours, and addresses are called only at DingTalk's.
Source: open.dingtalk.com, robot receive message (HTTP).
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping

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
from switchboard.channels.dingtalk.message import Callback, files_of, words_of
from switchboard.channels.kit.dingtalk_api import FILE_BYTES, Robot, markdown, stamp_of, title_of
from switchboard.errors import BadRequestError, BadSignatureError, RateLimitedError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.address import allowed
from switchboard.net.http import Download

WINDOW_SECONDS = 3600
"""The vendor's."""
REMEMBERED = 4096
"""Pairs that a process remembers: an hour of a busy robot."""
SESSION_HOSTS = ("oapi.dingtalk.com", "api.dingtalk.com")
TOO_FAST = {130101, 130102, 90018, 90002}
BLOCKED_SECONDS = 60.0


class Dingtalk:
    methods = ("POST",)
    inbound = ("app_secret", "corp_id", "robot_code")
    outbound = ("app_key", "app_secret", "robot_code")
    content_types = ("application/json",)
    limits = Limits(text=5_000, file_bytes=FILE_BYTES)
    takes_files = True
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._robot = Robot(f"dingtalk/{account}", values)
        self._opened: OrderedDict[str, bytes] = OrderedDict()
        """Which body each timestamp came with."""

    def verify(self, webhook: Webhook) -> None:
        """Raises BadSignatureError also for a second body under one signature."""
        stamp = stamp_of(header(webhook, "timestamp"), webhook.received_at, WINDOW_SECONDS)
        right = [sign(secret, stamp) for secret in current(self._values, "app_secret")]
        if not any_same(header(webhook, "sign"), right):
            raise BadSignatureError("digest")
        body = hashlib.sha256(webhook.body).digest()
        # The same body again is a retry: it gets the same id, and is not lost if the first was.
        if self._opened.setdefault(stamp, body) != body:
            raise BadSignatureError("a signature that was used")
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        callback = shape(read_json(webhook.body), Callback)
        self._require_ours(callback)
        if callback.sender_id == callback.chatbot_user_id or not callback.sender_staff_id:
            return []  # our own echo; somebody from outside the company
        if callback.sender_corp_id not in {"", callback.chatbot_corp_id}:
            return []
        # Nothing in the body may be part of the id: it is not signed.
        made = envelope_id("dingtalk", self._account, "", header(webhook, "timestamp"))
        text, files = words_of(callback), files_of(callback, str(made))
        if not (text or files):
            return []
        if not callback.conversation_id:
            raise BadRequestError("a message without its conversation")
        group = callback.conversation_id if callback.conversation_type == "2" else ""
        return [
            Envelope(
                id=made,
                channel="dingtalk",
                account=self._account,
                conversation=callback.conversation_id,
                sender=Sender(f"{callback.chatbot_corp_id}:{callback.sender_staff_id}"),
                text=text,
                attachments=files,
                reply_to={
                    "user": callback.sender_staff_id,
                    "group": group,
                    "session": callback.session_webhook,
                },
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "{}")

    def render(self, markdown: str) -> str:
        return markdown  # DingTalk's own flavour is a subset that shows the rest as written

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """By the session's address while it holds (about 90 minutes), then by the robot's API."""
        # Uploads first: one that fails leaves nothing sent, so a later try repeats nothing.
        files = [self._robot.shown(file) for file in part.files]
        if not self._say_in_session(reply_to["session"], part.text):
            self._robot.send(reply_to, markdown(part.text))
        for message in files:
            self._robot.send(reply_to, message)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._robot.download(source["code"])

    def _say_in_session(self, url: str, text: str) -> bool:
        """Whether it was said. Raises RejectedError for an address that is not DingTalk's."""
        if not url:
            return False
        message = {"msgtype": "markdown", "markdown": {"title": title_of(text), "text": text}}
        code = http.post(allowed(url, SESSION_HOSTS, self._robot.api), message).body.get("errcode")
        if code in TOO_FAST:
            raise RateLimitedError(str(code), retry_after=BLOCKED_SECONDS)
        return code == 0

    def _require_ours(self, callback: Callback) -> None:
        """A signature says which robot sent it, but a body under it may speak for any other."""
        company = any_same(callback.chatbot_corp_id, current(self._values, "corp_id"))
        robot = any_same(callback.robot_code, current(self._values, "robot_code"))
        if not (company and robot):
            raise BadSignatureError("another company's or robot's")


def sign(secret: str, stamp: str) -> str:
    """What proves a robot's secret, and nothing else: neither the body nor the address."""
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(digest).decode()


WHOLE = Dingtalk
