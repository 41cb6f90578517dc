"""What WeCom's intelligent bot sends: one answer, by `response_url`.

Source: developer.work.weixin.qq.com path 100719, 101138.
"""

from collections.abc import Iterator, Mapping

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit.wecom_api import errcode, error_of
from switchboard.channels.kit.wecom_crypto import BLOCK, key_of, unseal_file
from switchboard.errors import ClosedWindowError, RejectedError, UnavailableError
from switchboard.models import ReplyTo
from switchboard.net import http
from switchboard.net.address import allowed
from switchboard.net.http import Download

RESPONSE_HOSTS = ("qyapi.weixin.qq.com",)
FILE_HOSTS = (".qq.com", ".myqcloud.com")
USED_UP = {40001, 40014, 41001, 42001}
"""A response code that was used, or is older than an hour."""


class WecombotSender(Sender):
    """What WeCom does not know of Markdown is shown as it was written."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "")

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        url = reply_to["response_url"]
        if not url:
            raise ClosedWindowError("no response_url")
        payload = {"msgtype": "markdown", "markdown": {"content": part.text}}
        code = errcode(http.post(allowed(url, RESPONSE_HOSTS, self._api), payload).body)
        if code in USED_UP:
            raise ClosedWindowError(str(code))
        if code:
            raise error_of(code)

    def download(self, source: Mapping[str, str]) -> Download:
        """The file, decrypted while it comes. Its address holds for five minutes."""
        try:
            key = key_of(self.values["encoding_aes_key"])
        except ValueError as error:
            raise UnavailableError("encoding_aes_key") from error
        url, hosts = allowed(source["url"], FILE_HOSTS, self._api), (*FILE_HOSTS, self._api)
        limit = self.can.limits.file_bytes + BLOCK
        found = http.stream(url, hosts=hosts, limit=limit)
        return Download(found.media_type, _decrypted(key, found.chunks))


def _decrypted(key: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from unseal_file(key, chunks)
    except ValueError as error:
        raise RejectedError("a file that cannot be decrypted") from error
