"""A double of a Mattermost server's REST API. Source: developers.mattermost.com."""

from urllib.parse import parse_qs, urlsplit

from tests.doubles.server import Answer, Double, Message, Request
from tests.signers.mattermost import VALUES

MAX_MESSAGE = 16_383


class MattermostDouble(Double):
    """One bot, which is in every channel that it has not left."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(VALUES)
        self.roots: dict[str, str] = {}
        """Posts that are inside a thread, and the post that it began with."""
        self.files: dict[str, tuple[str, str, bytes]] = {}
        """Name, media type and content by id: uploaded, or there for a download."""

    def is_send(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", "/api/v4/posts")

    def respond(self, request: Request) -> Answer:
        path = urlsplit(request.path).path.removeprefix("/api/v4/")
        if request.bearer != self.values["bot_token"]:
            return _error("api.context.session_expired.app_error", 401)
        if (request.method, path) == ("POST", "posts"):
            return self._post(request)
        if (request.method, path) == ("POST", "files"):
            return self._upload(request)
        if path == "users/me":
            return Answer({"id": self.values["bot_user_id"]})
        kind, _, name = path.partition("/")
        if kind == "posts":
            return Answer({"id": name, "root_id": self.roots.get(name, "")})
        if kind == "files" and name in self.files:
            _, media_type, content = self.files[name]
            return Answer(content, headers={"content-type": media_type})
        return _error("api.context.404.app_error", 404)

    def limited(self) -> Answer:
        return Answer(b"limit exceeded", 429, self.wait)

    def _post(self, request: Request) -> Answer:
        payload = request.json()
        channel, root = payload.get("channel_id", ""), payload.get("root_id", "")
        text, files = payload.get("message", ""), payload.get("file_ids", [])
        if channel in self.left:
            return _error("api.context.permissions.app_error", 403)
        if root in self.roots:
            return _error("api.post.create_post.root_id.app_error", 400)
        if len(text) > MAX_MESSAGE or not (text or files) or set(files) - set(self.files):
            return _error("model.post.is_valid.msg.app_error", 400)
        made, key = f"post{next(self._ids)}", payload.get("pending_post_id", "")
        names = tuple(self.files[one][0] for one in files)
        self.post(Message(channel, root, text, request.at, id=made, key=key, files=names))
        return Answer({"id": made}, 201)

    def _upload(self, request: Request) -> Answer:
        query = parse_qs(urlsplit(request.path).query)
        if query["channel_id"][0] in self.left:
            return _error("api.context.permissions.app_error", 403)
        made, name = f"upload{next(self._ids)}", query["filename"][0]
        self.files[made] = (name, request.headers["content-type"], request.body)
        return Answer({"file_infos": [{"id": made, "name": name}], "client_ids": []}, 201)


def _error(code: str, status: int) -> Answer:
    return Answer({"id": code, "message": "not so", "status_code": status}, status)
