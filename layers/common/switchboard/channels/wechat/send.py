"""What a person is sent by an official account of WeChat: plain words, by customer service.

Sources: developers.weixin.qq.com, customer messages, stable token.
"""

from collections.abc import Mapping

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import plain
from switchboard.channels.kit.wecom_api import Api
from switchboard.models import ReplyTo
from switchboard.net import http
from switchboard.net.http import Download


class WechatSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._base = values.get("api", "https://api.weixin.qq.com")
        self._api = Api(f"wechat/{account}", self._base, self._new_token)

    def flavoured(self, markdown: str) -> str:
        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        payload = {"touser": reply_to["user"], "msgtype": "text", "text": {"content": part.text}}
        self._api.post("/cgi-bin/message/custom/send", payload)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._api.download(source["media_id"], self.can.limits.file_bytes)

    def _new_token(self) -> http.HttpResponse:
        # Not `cgi-bin/token`: each of its tokens ends the one before, also other people's.
        app = {"appid": self.values["app_id"], "secret": self.values["app_secret"]}
        url = f"{self._base}/cgi-bin/stable_token"
        return http.post(url, {"grant_type": "client_credential", **app})
