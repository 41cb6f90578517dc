"""WeChat, an official account in safe mode: encrypted messages of people.

Source: developers.weixin.qq.com, message push (safe mode).
"""

from collections.abc import Mapping

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    fresh,
)
from switchboard.channels.kit.wecom_crypto import (
    WINDOW_SECONDS,
    Opened,
    asked,
    opened,
    sealed_in,
    signature,
)
from switchboard.channels.kit.wecom_message import envelope, xml_ciphertext
from switchboard.errors import BadSignatureError

MAX_ECHO = 256


class WechatReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "token")
        self._keys = current(values, "encoding_aes_key")
        self._apps = current(values, "app_id")

    def receive(self, webhook: Webhook) -> Received:
        """Only what was encrypted is read; the compatible mode repeats it in clear, unsigned."""
        if webhook.method == "GET":
            return Received(response=Response(200, self._echo(webhook), "text/plain"))
        made = envelope("wechat", self._account, self._opened(webhook), webhook.received_at)
        return Received((made,) if made else (), Response(200, "success", "text/plain"))

    def _echo(self, webhook: Webhook) -> str:
        """`echostr` as it came, in every mode; it is neither signed nor encrypted."""
        stamp = fresh(asked(webhook, "timestamp"), webhook.received_at, WINDOW_SECONDS)
        parts = (stamp, asked(webhook, "nonce"))
        right = [signature(token, *parts) for token in self._tokens]
        if not any_same(asked(webhook, "signature"), right):
            raise BadSignatureError("digest")
        return asked(webhook, "echostr", limit=MAX_ECHO)

    def _opened(self, webhook: Webhook) -> Opened:
        """Safe mode only: the plain mode's signature covers no body."""
        sealed = sealed_in(webhook, xml_ciphertext)
        return opened(sealed, self._tokens, self._keys, self._apps)


_: type[Receiver] = WechatReceiver
