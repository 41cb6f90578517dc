"""A double of WeChat's API for official accounts. Source: developers.weixin.qq.com."""

from collections import Counter
from typing import Any

from tests.doubles.server import Answer, Message, Request
from tests.doubles.wecom import BAD_APP, MAX_BYTES, TOO_LONG, MediaDouble, error
from tests.signers import wechat

WINDOW_CLOSED, TOO_MANY, BAD_OPENID = 45015, 45047, 40003
ANSWERS = 5


class WechatDouble(MediaDouble):
    """One verified account; a person who wrote may be sent five messages."""

    bad_token = 42001
    send_path = "/cgi-bin/message/custom/send"

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(wechat.VALUES)
        self.closed: set[str] = set()
        """People who last wrote more than 48 hours ago."""
        self.strangers: set[str] = set()
        """People who do not follow the account."""
        self._sent: Counter[str] = Counter()

    def write(self, person: str) -> None:
        """Somebody writes, which opens their window anew."""
        self.closed.discard(person)
        self._sent.pop(person, None)

    def issued(self, path: str, query: dict[str, str], request: Request) -> Answer | None:
        if path != "/cgi-bin/stable_token":
            return None
        asked = request.json()
        app = (self.values["app_id"], self.values["app_secret"])
        right = asked.get("grant_type") == "client_credential"
        if not right or (asked.get("appid"), asked.get("secret")) != app:
            return error(BAD_APP, "invalid credential")
        found = self.token()
        return Answer({name: value for name, value in found.body.items() if name != "errcode"})

    def sent(self, payload: dict[str, Any], request: Request) -> Answer:
        person, said = str(payload.get("touser")), payload.get("text")
        if person in self.strangers:
            return error(BAD_OPENID, "invalid openid")
        if person in self.closed:
            return error(WINDOW_CLOSED, "response out of time limit or subscription is canceled")
        if self._sent[person] >= ANSWERS:
            return error(TOO_MANY, "out of response count limit")
        text = said.get("content", "") if isinstance(said, dict) else ""
        if payload.get("msgtype") != "text" or not text or len(text.encode()) > MAX_BYTES:
            return error(TOO_LONG, "content size out of limit")
        self._sent[person] += 1
        self.post(Message(person, "", text, request.at, id=f"msg-{len(self.messages)}"))
        return Answer({"errcode": 0, "errmsg": "ok"})
