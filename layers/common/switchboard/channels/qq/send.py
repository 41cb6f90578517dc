"""What QQ is sent: plain text, and files by their links. Source: bot.q.qq.com, send.md."""

import time
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit import plain
from switchboard.channels.qq.api import Api
from switchboard.errors import ClosedWindowError
from switchboard.models import ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

FILE_HOSTS = (".nt.qq.com.cn", ".c2c.qq.com", ".ftn.qq.com", ".qpic.cn")
FILE_TYPES = {"image/png": 1, "image/jpeg": 1, "video/mp4": 2, "audio/silk": 3, "audio/amr": 3}
ANY_FILE = 4
LINK_SECONDS = 3600


class QqSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = Api(account, values)

    def flavoured(self, markdown: str) -> str:
        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """The text, then each file; QQ fetches the files first, which nobody sees."""
        if time.time() > float(reply_to["until"]):
            raise ClosedWindowError("the message may not be answered any more")
        chat = reply_to["chat"]
        messages: list[dict[str, Any]] = [{"msg_type": 0, "content": part.text}]
        messages += [self._uploaded(chat, file) for file in part.files]
        for number, message in enumerate(messages, _sequence(part.key)):
            answering = {"msg_id": reply_to["message"], "msg_seq": number}
            self._api.post(f"{chat}/messages", {**message, **answering})

    def download(self, source: Mapping[str, str]) -> Download:
        hosts = (*FILE_HOSTS, self._api.base)
        return http.stream(source["url"], hosts=hosts, limit=self.can.limits.file_bytes)

    def _uploaded(self, chat: str, file: StoredFile) -> dict[str, Any]:
        """The message that shows the file, which QQ fetches from a link."""
        kind = FILE_TYPES.get(file.media_type, ANY_FILE)
        asked = {"file_type": kind, "url": storage.link(file, LINK_SECONDS), "srv_send_msg": False}
        made = self._api.post(f"{chat}/files", asked).file_info
        return {"msg_type": 7, "content": " ", "media": {"file_info": made}}


def _sequence(key: str) -> int:
    """The `msg_seq` of a part: the same on every try, higher for each part of an answer.

    One message may have several answers, which only have to differ (send.md).
    """
    answer, _, index = key.rpartition("-")
    number = int(index) if index.isdecimal() else 0
    return 1 + (crc32(answer.encode()) & 0xFFFFF) * 1024 + number * 16
