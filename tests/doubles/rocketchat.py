"""A double of a Rocket.Chat server's REST API. Source: developer.rocket.chat."""

from email import message_from_bytes
from urllib.parse import unquote

from tests.doubles.server import Answer, Double, Message, Request
from tests.signers.rocketchat import VALUES

MAX_MESSAGE = 5_000


class RocketChatDouble(Double):
    """One bot, which is in every room that it has not left."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(VALUES)
        self.files: dict[str, tuple[str, str, bytes]] = {}
        """Name, media type and content by id: uploaded, or there for a download."""

    def is_send(self, request: Request) -> bool:
        return request.path.startswith(("/api/v1/chat.postMessage", "/api/v1/rooms.mediaConfirm/"))

    def respond(self, request: Request) -> Answer:
        given = [request.headers.get(name) for name in ("x-user-id", "x-auth-token")]
        if given != [self.values["user_id"], self.values["auth_token"]]:
            return Answer({"status": "error", "message": "You must be logged in."}, 401)
        kind, *parts = request.path.removeprefix("/api/v1").strip("/").split("/")
        if kind == "me":
            return Answer({"_id": self.values["user_id"], "success": True})
        if kind == "chat.postMessage":
            return self._message(request)
        if kind == "rooms.media":
            return self._upload(parts[0], request)
        if kind == "rooms.mediaConfirm":
            return self._confirm(parts[0], parts[1], request)
        if kind == "file-upload" and parts[0] in self.files:
            _, media_type, content = self.files[parts[0]]
            return Answer(content, headers={"content-type": media_type})
        return Answer({"success": False}, 404)

    def limited(self) -> Answer:
        return Answer({"success": False}, 429, self.wait)

    def _message(self, request: Request) -> Answer:
        payload = request.json()
        room, text = payload.get("roomId", ""), payload.get("text", "")
        if room in self.left:
            return _error("error-not-allowed")
        if not text or len(text) > MAX_MESSAGE:
            return _error("error-message-size-exceeded")
        made = f"message{next(self._ids)}"
        self.post(Message(room, payload.get("tmid", ""), text, request.at, id=made))
        return Answer({"success": True, "message": {"_id": made}})

    def _upload(self, room: str, request: Request) -> Answer:
        if unquote(room) in self.left:
            return _error("error-not-allowed")
        head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
        (part,) = message_from_bytes(head + request.body).get_payload()
        name, content = part.get_filename(""), part.get_payload(decode=True)
        made = f"upload{next(self._ids)}"
        self.files[made] = (name, part.get_content_type(), content)
        return Answer({"success": True, "file": {"_id": made, "url": f"/ufs/{made}"}})

    def _confirm(self, room: str, file: str, request: Request) -> Answer:
        if file not in self.files:
            return _error("invalid-file")
        made, thread = f"message{next(self._ids)}", request.json().get("tmid", "")
        name = self.files[file][0]
        self.post(Message(unquote(room), thread, "", request.at, id=made, files=(name,)))
        return Answer({"success": True, "message": {"_id": made}})


def _error(code: str) -> Answer:
    return Answer({"success": False, "error": f"[{code}]", "errorType": code}, 400)
