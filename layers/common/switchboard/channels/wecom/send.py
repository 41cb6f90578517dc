"""What a member is sent by WeCom's app: Markdown, pictures, files.

Source: developer.work.weixin.qq.com path 90236.
"""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit.links import link
from switchboard.channels.kit.wecom_api import Api
from switchboard.errors import GoneError, RejectedError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

IMAGES = {"image/jpeg", "image/png"}
IMAGE_BYTES = 10 * 2**20
Message = dict[str, Any]
"""A kind, and under its name what is said or shown."""


class WecomSender(Sender):
    """What WeCom does not know of Markdown is shown as it was written."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        agent = values["agent_id"]
        self._agent = int(agent) if agent.isascii() and agent.isdigit() else agent
        self._base = values.get("api", "https://qyapi.weixin.qq.com")
        self._api = Api(f"wecom/{account}", self._base, self._new_token)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The words, then the files: uploaded first, so that one that fails leaves nothing sent."""
        user = reply_to["user"]
        files = [self._shown(file) for file in part.files]
        for message in (_said(part.text, plain=part.plain), *files):
            self._push(user, message)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._api.download(source["media_id"], self.can.limits.file_bytes)

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
            raise GoneError("the member is not there")

    def _new_token(self) -> http.HttpResponse:
        app = {"corpid": self.values["corp_id"], "corpsecret": self.values["corp_secret"]}
        return http.call("GET", f"{self._base}/cgi-bin/gettoken?{urlencode(app)}")


def _said(text: str, *, plain: bool = False) -> Message:
    if plain:
        return {"msgtype": "text", "text": {"content": text}}
    return {"msgtype": "markdown", "markdown": {"content": text}}
