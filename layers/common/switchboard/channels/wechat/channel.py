"""WeChat, an official account in safe mode: encrypted messages, answers by customer service.

Sources: developers.weixin.qq.com: message push (safe mode), customer messages, stable token.
"""

from collections.abc import Mapping

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    fresh,
)
from switchboard.channels.kit.wecom_api import FILE_BYTES, Api
from switchboard.channels.kit.wecom_crypto import (
    WINDOW_SECONDS,
    Opened,
    asked,
    opened,
    sealed_by,
    signature,
)
from switchboard.channels.kit.wecom_message import attachments, fields_of, said, xml_ciphertext
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.http import Download

PUSH_WINDOW = 48 * 3600.0
MAX_ECHO = 256


class Wechat:
    methods = ("GET", "POST")
    inbound = ("app_id", "token", "encoding_aes_key")
    outbound = ("app_id", "app_secret")
    content_types = ("text/xml", "application/xml")
    limits = Limits(text=2_048, units="bytes", window=PUSH_WINDOW, answers=5, file_bytes=FILE_BYTES)
    # Only pictures could be pushed, each as one of the five answers: links cost none.
    takes_files = False
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._base = values.get("api", "https://api.weixin.qq.com")
        self._api = Api(f"wechat/{account}", self._base, self._fetch)

    def verify(self, webhook: Webhook) -> None:
        """Safe mode only: the plain mode's signature covers no body."""
        if webhook.method != "GET":
            self._open(webhook)
            return
        stamp = fresh(asked(webhook, "timestamp"), webhook.received_at, WINDOW_SECONDS)
        parts = (stamp, asked(webhook, "nonce"))
        right = [signature(token, *parts) for token in current(self._values, "token")]
        if not any_same(asked(webhook, "signature"), right):
            raise BadSignatureError("digest")

    def handshake(self, webhook: Webhook) -> Response | None:
        """`echostr` as it came, in every mode; it is neither signed nor encrypted."""
        if webhook.method != "GET":
            return None
        return Response(200, asked(webhook, "echostr", limit=MAX_ECHO), "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        """Only what was encrypted is read; the compatible mode repeats it in clear, unsigned."""
        found = self._open(webhook)
        message = said(fields_of(found.message))
        if message is None:
            return []
        made = envelope_id("wechat", self._account, message.sender, message.id)
        return [
            Envelope(
                id=made,
                channel="wechat",
                account=self._account,
                conversation=message.sender,  # there are no groups
                sender=Sender(f"{found.receiver}:{message.sender}"),
                text=message.text,
                attachments=attachments(made, message),
                reply_to={"user": message.sender},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "success", "text/plain")

    def render(self, markdown: str) -> str:
        from switchboard.channels.kit import markup  # noqa: PLC0415  ingest renders nothing

        return markup.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        payload = {"touser": reply_to["user"], "msgtype": "text", "text": {"content": part.text}}
        self._api.post("/cgi-bin/message/custom/send", payload)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._api.download(source["media_id"])

    def _open(self, webhook: Webhook) -> Opened:
        sealed = sealed_by(webhook, xml_ciphertext(webhook.body))
        keys, apps = current(self._values, "encoding_aes_key"), current(self._values, "app_id")
        return opened(sealed, current(self._values, "token"), keys, apps)

    def _fetch(self) -> http.Reply:
        # Not `cgi-bin/token`: each of its tokens ends the one before, also other people's.
        app = {"appid": self._values["app_id"], "secret": self._values["app_secret"]}
        url = f"{self._base}/cgi-bin/stable_token"
        return http.post(url, {"grant_type": "client_credential", **app})


WHOLE = Wechat
