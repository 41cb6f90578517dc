"""A double of what WeCom offers an intelligent bot: one answer to each address, encrypted files.

Source: developer.work.weixin.qq.com path 101138, 100719.
"""

from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from switchboard.channels.kit.wecom_crypto import key_of
from tests.doubles.server import Answer, Double, Message, Request
from tests.signers import wecombot

PATH = "/cgi-bin/aibot/response"
MAX_BYTES = 20_480
USED_UP, TOO_LONG, TOO_FAST = 40001, 45002, 45009


class WecombotDouble(Double):
    """Every response code is good for one answer, to the chat that it was made for."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(wecombot.VALUES)
        self.used: set[str] = set()
        self.files: dict[str, bytes] = {}
        """What people sent, in clear, by the path of its address."""

    def is_send(self, request: Request) -> bool:
        return request.method == "POST"

    def limited(self) -> Answer:
        return Answer({"errcode": TOO_FAST, "errmsg": "api freq out of limit"})

    def respond(self, request: Request) -> Answer:
        path, query = urlsplit(request.path).path, dict(parse_qsl(urlsplit(request.path).query))
        if path != PATH:
            return self._file(path)
        code, payload = query.get("response_code", ""), request.json()
        with self.lock:
            if not code or code in self.used:
                return Answer({"errcode": USED_UP, "errmsg": "invalid response_code"})
            text = str(payload.get("markdown", {}).get("content", ""))
            if payload.get("msgtype") != "markdown" or not 0 < len(text.encode()) <= MAX_BYTES:
                return Answer({"errcode": TOO_LONG, "errmsg": "content size out of limit"})
            self.used.add(code)
        self.post(Message(code, code, text, request.at, id=code))
        return Answer({"errcode": 0, "errmsg": "ok"})

    def _file(self, path: str) -> Answer:
        content = self.files.get(path)
        if content is None:
            return Answer({"errcode": 404}, 404)
        return Answer(encrypted(content, self.values["encoding_aes_key"]))


def encrypted(content: bytes, encoding_aes_key: str) -> bytes:
    """A file as WeCom keeps it for five minutes."""
    key, pad = key_of(encoding_aes_key), 32 - len(content) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(content + bytes([pad]) * pad) + encryptor.finalize()
