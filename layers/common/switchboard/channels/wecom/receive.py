"""WeCom, a self-built app: encrypted messages of members.

Source: developer.work.weixin.qq.com path 90238, 90239, 90968.
"""

from collections.abc import Mapping

from switchboard.channels.base import Received, Receiver, Response, Webhook, current
from switchboard.channels.kit.wecom_crypto import Opened, opened, sealed_in
from switchboard.channels.kit.wecom_message import envelope, xml_ciphertext


class WecomReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._tokens = current(values, "token")
        self._keys = current(values, "encoding_aes_key")
        self._corps = current(values, "corp_id")

    def receive(self, webhook: Webhook) -> Received:
        """A set-up request is answered with its decrypted `echostr` and nothing around it."""
        found = self._opened(webhook)
        if webhook.method == "GET":
            plain = found.message.decode("utf-8", "replace")
            return Received(response=Response(200, plain, "text/plain"))
        made = envelope("wecom", self._account, found, webhook.received_at)
        return Received((made,) if made else (), Response(200, "", "text/plain"))

    def _opened(self, webhook: Webhook) -> Opened:
        sealed = sealed_in(webhook, xml_ciphertext)
        return opened(sealed, self._tokens, self._keys, self._corps)


_: type[Receiver] = WecomReceiver
