"""A double of DingTalk for robots: sessions, messages, files. Source: open.dingtalk.com."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.doubles import forms
from tests.doubles.forms import File
from tests.doubles.server import Answer, Double, Message, Request
from tests.signers import dingtalk

SESSION = "/robot/sendBySession"
TOKEN = "/v1.0/oauth2/accessToken"
TO_PEOPLE, TO_GROUP = "/v1.0/robot/oToMessages/batchSend", "/v1.0/robot/groupMessages/send"
DOWNLOAD, UPLOAD = "/v1.0/robot/messageFiles/download", "/media/upload"
FILE_TYPES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}
NO_SESSION, TOO_FAST, BAD_MESSAGE = 300001, 130101, 400501
TOKEN_SECONDS = 7_200


class DingtalkDouble(Double):
    """One robot of one company."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(dingtalk.VALUES)
        self.tokens: set[str] = set()
        """Those that are valid; clear it, and all have ended."""
        self.ended: set[str] = set()
        """Sessions that are over."""
        self.files: dict[str, File] = {}
        """What people sent, by download code, and what the robot uploaded, by media id."""

    def is_send(self, request: Request) -> bool:
        return urlsplit(request.path).path in {SESSION, TO_PEOPLE, TO_GROUP}

    def limited(self) -> Answer:
        return Answer({"errcode": TOO_FAST, "errmsg": "send too fast", "code": "Throttling"}, 429)

    def respond(self, request: Request) -> Answer:
        path, query = urlsplit(request.path).path, dict(parse_qsl(urlsplit(request.path).query))
        if path == SESSION:
            return self._in_session(query.get("session", ""), request)
        if path == TOKEN:
            return self._token(request.json())
        if path.startswith("/files/"):
            file = self.files[path.removeprefix("/files/")]
            return Answer(file.content, headers={"content-type": file.media_type})
        token = request.headers.get("x-acs-dingtalk-access-token") or query.get("access_token")
        if token not in self.tokens:
            return Answer({"code": "InvalidAuthentication", "message": "不合法的access_token"}, 401)
        if path == UPLOAD:
            return self._upload(request)
        if path == DOWNLOAD:
            return self._download(request.json())
        return self._send(path, request)

    def _token(self, asked: dict[str, Any]) -> Answer:
        if asked != {"appKey": self.values["app_key"], "appSecret": self.values["app_secret"]}:
            return Answer({"code": "invalidClientIdOrSecret", "message": "无效的clientId"}, 400)
        made = secrets.token_hex(16)
        self.tokens.add(made)
        return Answer({"accessToken": made, "expireIn": TOKEN_SECONDS})

    def _in_session(self, session: str, request: Request) -> Answer:
        found = request.json()
        text = found.get("markdown", {}).get("text") or found.get("text", {}).get("content")
        if session in self.ended or not session:
            return Answer({"errcode": NO_SESSION, "errmsg": "session is not exist"})
        if not text:
            return Answer({"errcode": BAD_MESSAGE, "errmsg": "content is empty"})
        self.post(Message(session, session, text, request.at, id=f"msg-{len(self.messages)}"))
        return Answer({"errcode": 0, "errmsg": "ok"})

    def _upload(self, request: Request) -> Answer:
        file, made = forms.read(request).files.get("media"), f"@media-{len(self.files)}"
        if file is None:
            return Answer({"errcode": 40005, "errmsg": "invalid media"})
        self.files[made] = file
        return Answer({"errcode": 0, "media_id": made, "type": "file"})

    def _download(self, asked: dict[str, Any]) -> Answer:
        code = str(asked.get("downloadCode"))
        if asked.get("robotCode") != self.values["robot_code"] or code not in self.files:
            return Answer({"code": "invalidParameter", "message": "downloadCode"}, 400)
        return Answer({"downloadUrl": f"{self.url}/files/{code}"})

    def _send(self, path: str, request: Request) -> Answer:
        payload = request.json()
        param = json.loads(payload.get("msgParam", "{}"))
        if payload.get("robotCode") != self.values["robot_code"] or not param:
            return Answer({"code": "invalidParameter.robotCode", "message": "robot"}, 400)
        chat = payload.get("openConversationId") if path == TO_GROUP else payload["userIds"][0]
        if chat in self.left:
            return Answer({"processQueryKey": "", "invalidStaffIdList": [chat]})
        kind, names = payload.get("msgKey"), ()
        text = param.get({"sampleMarkdown": "text", "sampleText": "content"}.get(kind), "")
        if kind == "sampleFile" and param["fileType"] in FILE_TYPES:
            names = (self.files[param["mediaId"]].name,)
        elif kind == "sampleImageMsg":
            names = (self.files[param["photoURL"]].name,)
        elif not text:
            return Answer({"code": "invalidParameter.msgParam", "message": "msgParam"}, 400)
        made = f"msg-{len(self.messages)}"
        self.post(Message(chat, "", text, request.at, id=made, files=names))
        return Answer({"processQueryKey": made})
