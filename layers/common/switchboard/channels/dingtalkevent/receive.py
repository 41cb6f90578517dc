"""DingTalk's event callback: encrypted events of a company; a comment in an approval can command.

Most events say what happened and ask for nothing, so they are taken and dropped. A comment that
begins with `/` is the words of a member. Sources: open.dingtalk.com (event push, approval events),
open-dingtalk/DingTalk-Callback-Crypto.
"""

import hashlib
from collections.abc import Mapping

from msgspec import Struct, field, json

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.dingtalk_stamp import stamp_of
from switchboard.channels.kit.wecom_crypto import (
    Opened,
    Sealed,
    answer,
    asked,
    json_ciphertext,
    opened,
)
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, Sender

SUCCESS = b"success"


class _Event(Struct, rename="camel"):
    kind: str = field(name="EventType", default="")
    process_instance_id: str = ""
    corp_id: str = ""
    staff_id: str = ""
    type: str = ""
    content: str = ""
    remark: str = ""


class DingtalkeventReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "token")
        self._keys = current(values, "aes_key")
        self._owners = current(values, "owner_key")

    def receive(self, webhook: Webhook) -> Received:
        """Checks of the address are answered as every event is."""
        found = self._opened(webhook)
        envelope = self._envelope(found.message, webhook.received_at)
        return Received((envelope,) if envelope else (), _acknowledged(found, webhook))

    def _opened(self, webhook: Webhook) -> Opened:
        sealed = Sealed(
            asked(webhook, "msg_signature", "signature"),
            stamp_of(asked(webhook, "timestamp", "timeStamp"), webhook.received_at),
            asked(webhook, "nonce"),
            json_ciphertext(webhook.body),
        )
        return opened(sealed, self._tokens, self._keys, self._owners)

    def _envelope(self, message: bytes, now: float) -> Envelope | None:
        event = shape(read_json(message), _Event)
        text = cleaned(event.content or event.remark)
        comment = event.kind == "bpms_task_change" and event.type == "comment"
        if not comment or not text.startswith("/"):
            return None
        if not (event.process_instance_id and event.staff_id and event.corp_id):
            raise BadRequestError("a comment without its ids")
        # An event has no id of its own, but what it says, to the millisecond, is signed.
        digest = hashlib.sha256(message).hexdigest()
        return Envelope(
            id=envelope_id("dingtalkevent", self._account, event.process_instance_id, digest),
            channel="dingtalkevent",
            account=self._account,
            conversation=event.process_instance_id,
            sender=Sender(f"{event.corp_id}:{event.staff_id}"),
            text=text,
            reply_to={"user": event.staff_id},
            received_at=now,
        )


def _acknowledged(found: Opened, webhook: Webhook) -> Response:
    """An encrypted `success`, under the token and the key that the webhook came under."""
    stamp, nonce = str(int(webhook.received_at * 1000)), asked(webhook, "nonce")
    sealed, signed = answer(found, SUCCESS, stamp, nonce)
    body = {"msg_signature": signed, "timeStamp": stamp, "nonce": nonce, "encrypt": sealed}
    return Response(200, json.encode(body).decode())


_: type[Receiver] = DingtalkeventReceiver
