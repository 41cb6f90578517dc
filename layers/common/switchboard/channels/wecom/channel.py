"""WeCom, a self-built app: encrypted messages of members, answers pushed with the app's token.

Source: developer.work.weixin.qq.com path 90238, 90239, 90236, 90968.
"""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from switchboard.channels.base import Limits, Part, Response, Webhook, current, envelope_id
from switchboard.channels.kit.links import link
from switchboard.channels.kit.wecom_api import FILE_BYTES, Api
from switchboard.channels.kit.wecom_crypto import Opened, asked, opened, sealed_by
from switchboard.channels.kit.wecom_message import attachments, fields_of, said, xml_ciphertext
from switchboard.errors import RejectedError
from switchboard.models import Envelope, ReplyTo, Sender, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

IMAGES = {"image/jpeg", "image/png"}
IMAGE_BYTES = 10 * 2**20
Message = dict[str, Any]
"""A kind, and under its name what is said or shown."""


class Wecom:
    methods = ("GET", "POST")
    inbound = ("corp_id", "token", "encoding_aes_key")
    outbound = ("corp_id", "corp_secret", "agent_id")
    content_types = ("text/xml", "application/xml")
    limits = Limits(text=2_048, units="bytes", every=2.0, file_bytes=FILE_BYTES)
    takes_files = True
    takes_buttons = False
    # WeCom's own duplicate check compares what is said, so it would also drop a second "done".
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        agent = values.get("agent_id", "")
        self._agent = int(agent) if agent.isascii() and agent.isdigit() else agent
        self._base = values.get("api", "https://qyapi.weixin.qq.com")
        self._api = Api(f"wecom/{account}", self._base, self._fetch)

    def verify(self, webhook: Webhook) -> None:
        self._open(webhook)

    def handshake(self, webhook: Webhook) -> Response | None:
        """The decrypted `echostr` and nothing around it, within a second."""
        if webhook.method != "GET":
            return None
        plain = self._open(webhook).message.decode("utf-8", "replace")
        return Response(200, plain, "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        found = self._open(webhook)
        message = said(fields_of(found.message))
        if message is None:
            return []
        made = envelope_id("wecom", self._account, message.sender, message.id)
        return [
            Envelope(
                id=made,
                channel="wecom",
                account=self._account,
                conversation=message.sender,  # an app has no groups
                sender=Sender(f"{found.receiver}:{message.sender}"),
                text=message.text,
                attachments=attachments(made, message),
                reply_to={"user": message.sender},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, "", "text/plain")

    def render(self, markdown: str) -> str:
        return markdown  # what WeCom does not know of it is shown as it was written

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        user = reply_to["user"]
        # Uploads first: one that fails leaves nothing sent, so a later try repeats nothing.
        files = [self._shown(file) for file in part.files]
        for message in (_said(part.text), *files):
            self._push(user, message)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._api.download(source["media_id"])

    def _shown(self, file: StoredFile) -> Message:
        """A message with the file, or a link to one that WeCom does not take: of under 5 bytes."""
        image = file.media_type in IMAGES and file.size <= IMAGE_BYTES
        kind: Literal["image", "file"] = "image" if image else "file"
        try:
            return {"msgtype": kind, kind: {"media_id": self._api.upload(file, kind)}}
        except RejectedError:
            return _said(link(file))

    def _push(self, user: str, message: Message) -> None:
        to = {"touser": user, "agentid": self._agent}
        answer = self._api.post("/cgi-bin/message/send", {**to, **message})
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise RejectedError("the member is not there")

    def _open(self, webhook: Webhook) -> Opened:
        get = webhook.method == "GET"
        text = asked(webhook, "echostr") if get else xml_ciphertext(webhook.body)
        keys = current(self._values, "encoding_aes_key")
        tokens, corps = current(self._values, "token"), current(self._values, "corp_id")
        return opened(sealed_by(webhook, text), tokens, keys, corps)

    def _fetch(self) -> http.Reply:
        app = {"corpid": self._values["corp_id"], "corpsecret": self._values["corp_secret"]}
        return http.call("GET", f"{self._base}/cgi-bin/gettoken?{urlencode(app)}")


def _said(text: str) -> Message:
    return {"msgtype": "markdown", "markdown": {"content": text}}


WHOLE = Wecom
