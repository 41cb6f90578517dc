"""DingTalk's event callback: encrypted events of a company; a comment in an approval can command.

Most events say what happened and ask for nothing, so they are taken and dropped. A comment that
begins with `/` is the words of a member, and is answered by the robot in a chat with that member:
an answer among the comments would come back as an event. Sources: open.dingtalk.com (event push,
approval events), open-dingtalk/DingTalk-Callback-Crypto.
"""

import hashlib
from collections.abc import Mapping

from msgspec import Struct, field, json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.dingtalk_api import Robot, markdown, stamp_of
from switchboard.channels.kit.wecom_crypto import (
    WINDOW_SECONDS,
    Opened,
    Sealed,
    answer,
    asked,
    json_ciphertext,
    opened,
)
from switchboard.errors import BadRequestError, RejectedError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net.http import Download

CHECKS = {"check_url", "check_create_suite_url", "check_update_suite_url"}
SUCCESS = b"success"


class _Event(Struct, rename="camel"):
    kind: str = field(name="EventType", default="")
    process_instance_id: str = ""
    corp_id: str = ""
    staff_id: str = ""
    type: str = ""
    content: str = ""
    remark: str = ""


class Dingtalkevent:
    methods = ("POST",)
    inbound = ("token", "aes_key", "owner_key")
    outbound = ("app_key", "app_secret", "robot_code")
    content_types = ("application/json",)
    limits = Limits(text=5_000)
    takes_files = False
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._robot = Robot(f"dingtalkevent/{account}", values)

    def verify(self, webhook: Webhook) -> None:
        self._open(webhook)

    def handshake(self, webhook: Webhook) -> Response | None:
        """Checks of the address are answered as every event is."""
        event = _event(self._open(webhook))
        return self.acknowledge(webhook) if event.kind in CHECKS else None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        plain = self._open(webhook)
        event = _event(plain)
        text = (event.content or event.remark).strip()
        comment = event.kind == "bpms_task_change" and event.type == "comment"
        if not comment or not text.startswith("/"):
            return []
        if not (event.process_instance_id and event.staff_id and event.corp_id):
            raise BadRequestError("a comment without its ids")
        # An event has no id of its own, but what it says, to the millisecond, is signed.
        digest = hashlib.sha256(plain.message).hexdigest()
        return [
            Envelope(
                id=envelope_id("dingtalkevent", self._account, event.process_instance_id, digest),
                channel="dingtalkevent",
                account=self._account,
                conversation=event.process_instance_id,
                sender=Sender(f"{event.corp_id}:{event.staff_id}"),
                text=text,
                reply_to={"user": event.staff_id},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        """An encrypted `success`, under the token and the key that the webhook came under."""
        found, nonce = self._open(webhook), asked(webhook, "nonce")
        stamp = str(int(webhook.received_at * 1000))
        sealed, signed = answer(found, SUCCESS, stamp, nonce)
        body = {"msg_signature": signed, "timeStamp": stamp, "nonce": nonce, "encrypt": sealed}
        return Response(200, json.encode(body).decode())

    def render(self, markdown: str) -> str:
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        self._robot.send(reply_to, markdown(part.text))

    def download(self, source: Mapping[str, str]) -> Download:
        raise RejectedError("events bring no files")

    def _open(self, webhook: Webhook) -> Opened:
        sealed = Sealed(
            asked(webhook, "msg_signature", "signature"),
            stamp_of(asked(webhook, "timestamp", "timeStamp"), webhook.received_at, WINDOW_SECONDS),
            asked(webhook, "nonce"),
            json_ciphertext(webhook.body),
        )
        keys, owners = current(self._values, "aes_key"), current(self._values, "owner_key")
        return opened(sealed, current(self._values, "token"), keys, owners)


def _event(found: Opened) -> _Event:
    return shape(read_json(found.message), _Event)


WHOLE = Dingtalkevent
