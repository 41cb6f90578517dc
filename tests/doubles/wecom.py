"""A double of WeCom for apps: tokens, messages, media. Source: developer.work.weixin.qq.com."""

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.doubles import forms
from tests.doubles.forms import File
from tests.doubles.server import Answer, Double, Message, Request
from tests.signers import wecom

MAX_BYTES = 2_048
TOKEN_SECONDS = 7_200
TOO_FAST, BAD_MEDIA, TOO_LONG, BAD_PARAMETER, BAD_APP = 45009, 40007, 45002, 40058, 40001


class MediaDouble(Double):
    """What the servers of WeCom and WeChat have in common."""

    bad_token = 40014
    send_path = "/cgi-bin/message/send"

    def __init__(self) -> None:
        super().__init__()
        self.tokens: set[str] = set()
        """Those that are valid; clear it, and all have ended."""
        self.media: dict[str, File] = {}
        """Files that people sent and that the bot uploaded, by media id."""

    def is_send(self, request: Request) -> bool:
        return urlsplit(request.path).path == self.send_path

    def limited(self) -> Answer:
        return error(TOO_FAST, "api freq out of limit")

    def respond(self, request: Request) -> Answer:
        path, query = urlsplit(request.path).path, dict(parse_qsl(urlsplit(request.path).query))
        issued = self.issued(path, query, request)
        if issued is not None:
            return issued
        if query.get("access_token") not in self.tokens:
            return error(self.bad_token, "invalid access_token")
        if path == "/cgi-bin/media/upload":
            return self._upload(request)
        if path == "/cgi-bin/media/get":
            file = self.media.get(query.get("media_id", ""))
            if file is None:
                return error(BAD_MEDIA, "invalid media_id")
            return Answer(file.content, headers={"content-type": file.media_type})
        if path == self.send_path:
            return self.sent(request.json(), request)
        return error(-1, "no such method")

    def issued(self, path: str, query: dict[str, str], request: Request) -> Answer | None:
        """A token, when this request asks for one."""
        raise NotImplementedError

    def sent(self, payload: dict[str, Any], request: Request) -> Answer:
        raise NotImplementedError

    def token(self) -> Answer:
        made = secrets.token_hex(16)
        self.tokens.add(made)
        return Answer({"errcode": 0, "access_token": made, "expires_in": TOKEN_SECONDS})

    def _upload(self, request: Request) -> Answer:
        file = forms.read(request).files.get("media")
        if file is None or not file.content:
            return error(40005, "invalid file type")
        made = f"media-{len(self.media)}"
        self.media[made] = file
        return Answer({"errcode": 0, "media_id": made, "created_at": "1380000000"})


class WecomDouble(MediaDouble):
    """One app of one company."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(wecom.VALUES)

    def issued(self, path: str, query: dict[str, str], request: Request) -> Answer | None:
        if path != "/cgi-bin/gettoken":
            return None
        app = {"corpid": self.values["corp_id"], "corpsecret": self.values["corp_secret"]}
        return self.token() if query == app else error(BAD_APP, "invalid credential")

    def sent(self, payload: dict[str, Any], request: Request) -> Answer:
        kind, user = str(payload.get("msgtype")), str(payload.get("touser"))
        said = payload.get(kind)
        if payload.get("agentid") != int(self.values["agent_id"]) or not isinstance(said, dict):
            return error(BAD_PARAMETER, "invalid parameter")
        if user in self.left:
            return Answer({"errcode": 0, "errmsg": "ok", "invaliduser": user})
        text, files = str(said.get("content", "")), ()
        if kind in {"image", "file"}:
            file = self.media.get(str(said.get("media_id")))
            if file is None:
                return error(BAD_MEDIA, "invalid media_id")
            files = (file.name,)
        elif kind not in {"text", "markdown"} or not text or len(text.encode()) > MAX_BYTES:
            return error(TOO_LONG, "content size out of limit")
        made = f"msg-{len(self.messages)}"
        self.post(Message(user, "", text, request.at, id=made, files=files))
        return Answer({"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": made})


def error(code: int, message: str) -> Answer:
    return Answer({"errcode": code, "errmsg": f"{message}, hint: [1]"})
