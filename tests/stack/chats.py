"""People who write in chats: what they say becomes webhooks, made and signed as platforms do."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import local as thread_local
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from local.stack import PERSON, Stack
from switchboard.channels.base import envelope_id
from tests.doubles.feishu import FeishuDouble
from tests.doubles.server import Double
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble
from tests.kit import webhooks
from tests.kit.webhooks import body_of

JSON = "application/json"
TENANT = "tenant1"
IDLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """A signed request, and where its answer must arrive: a chat, and a thread or a message."""

    channel: str
    body: bytes
    headers: dict[str, str]
    run: UUID
    chat: str
    target: str


@dataclass(frozen=True, slots=True)
class Said:
    """A webhook that was sent; times by `time.perf_counter`."""

    webhook: Webhook
    sent: float
    acknowledged: float
    status: int
    answer: bytes


class Api:
    """The deployed HTTP API, over one kept connection for each thread."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._local = thread_local()
        self._all: list[HTTPConnection] = []

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.request(method, self._parts.path + path, body or None, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            connection.close()  # else it refuses the next request
            raise

    def _connection(self) -> HTTPConnection:
        """This thread's, opened anew when the server may have closed it."""
        kept: HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is None:
            kept = self._local.connection = HTTPConnection(self._parts.netloc, timeout=60)
            self._all.append(kept)
        elif time.monotonic() - self._local.used > IDLE_SECONDS:
            kept.close()
        if kept.sock is None:
            kept.connect()
        self._local.used = time.monotonic()
        return kept

    def post(self, webhook: Webhook) -> Said:
        path = f"/webhook/{webhook.channel}/main"
        self._connection()
        sent = time.perf_counter()
        status, answer = self.request("POST", path, webhook.body, webhook.headers)
        return Said(webhook, sent, time.perf_counter(), status, answer)

    def send(self, event: Mapping[str, Any]) -> tuple[int, bytes]:
        """Send a request as a signer makes it (tests/signers)."""
        query = event["rawQueryString"]
        path = event["rawPath"] + (f"?{query}" if query else "")
        method = event["requestContext"]["http"]["method"]
        return self.request(method, path, body_of(event), event["headers"])

    def close(self) -> None:
        for connection in self._all:
            connection.close()


class Chat(Protocol):
    """One channel with its people, all of whom are Ada."""

    channel: str

    @property
    def sender(self) -> str:
        """Who writes there, as rows call them."""
        ...

    def connect(self, stack: Stack) -> None:
        """Give the stack the channel's values and pair its senders."""
        ...

    def write(self, text: str, room: int = 0) -> Webhook:
        """Somebody writes in the room of this number."""
        ...


class SlackChat:
    channel = "slack"

    def __init__(self, double: SlackDouble) -> None:
        self.double: Double = double
        self._slack = double
        self._secret = secrets.token_hex(16)
        self.now: Callable[[], float] = time.time
        self._team = f"T{secrets.token_hex(4)}"  # new rooms for every run on a kept stack

    @property
    def values(self) -> dict[str, str]:
        bot = {"bot_token": self._slack.bot_token, "api": self._slack.api}
        return {"signing_secret": self._secret, **bot}

    @property
    def sender(self) -> str:
        return f"slack/main/{self._team}:U1"

    def connect(self, stack: Stack) -> None:
        stack.connect("slack/main", self.values)
        stack.pair(self.sender)

    def write(self, text: str, room: int = 0) -> Webhook:
        """A mention in a thread."""
        chat = f"C{room}"
        thread, stamp = self._slack.write(chat), self._slack.write(chat)
        event = {"type": "app_mention", "user": "U1", "text": f"<@UBOT> {text}", "ts": stamp}
        event |= {"channel": chat, "thread_ts": thread}
        body = {
            "type": "event_callback",
            "event_id": f"Ev{stamp}",
            "team_id": self._team,
            "event": event,
        }
        return self._signed(body, chat, stamp, thread)

    def command(self, text: str, room: int = 0) -> Webhook:
        """A slash command, `/switchboard TEXT`; its answer stands in no thread."""
        chat, trigger = f"C{room}", secrets.token_hex(12)
        self._slack.write(chat)
        form = {"command": "/switchboard", "text": text, "trigger_id": trigger, "user_id": "U1"}
        body = urlencode({**form, "team_id": self._team, "channel_id": chat})
        return self._signed(body.encode(), chat, trigger, "")

    def greeting(self, challenge: str) -> Webhook:
        return self._signed({"type": "url_verification", "challenge": challenge}, "", challenge, "")

    def _signed(self, found: Any, chat: str, message: str, thread: str) -> Webhook:
        event = webhooks.slack_signed(found, now=self.now(), values=self.values)
        run = envelope_id("slack", "main", f"{self._team}:{chat}", message)
        return Webhook("slack", body_of(event), event["headers"], run, chat, thread)


class FeishuChat:
    channel = "feishu"

    def __init__(self, double: FeishuDouble) -> None:
        self.double: Double = double
        self._feishu = double
        self._key, self._token = secrets.token_hex(16), secrets.token_hex(16)
        self._prefix = f"oc_{secrets.token_hex(4)}"

    @property
    def values(self) -> dict[str, str]:
        feishu = self._feishu
        app = {"app_id": feishu.app_id, "app_secret": feishu.app_secret, "api": feishu.api}
        return {"encrypt_key": self._key, "verification_token": self._token, **app}

    @property
    def sender(self) -> str:
        return f"feishu/main/{TENANT}:ou_1"

    def connect(self, stack: Stack) -> None:
        stack.connect("feishu/main", self.values)
        stack.pair(self.sender)

    def write(self, text: str, room: int = 0) -> Webhook:
        chat = f"{self._prefix}_{room}"
        message = self._feishu.write(chat)
        said = {"message_id": message, "chat_id": chat, "chat_type": "p2p", "message_type": "text"}
        said["content"] = json.dumps({"text": text}, ensure_ascii=False)
        sender = {"sender_id": {"open_id": "ou_1"}, "sender_type": "user", "tenant_key": TENANT}
        head = {"event_id": uuid4().hex, "event_type": "im.message.receive_v1"}
        head |= {"tenant_key": TENANT, "app_id": self._feishu.app_id}
        event = {"schema": "2.0", "header": head, "event": {"sender": sender, "message": said}}
        run = envelope_id("feishu", "main", chat, message)
        found = webhooks.feishu_signed(event, now=time.time(), values=self.values)
        return Webhook("feishu", body_of(found), found["headers"], run, chat, message)

    def greeting(self, challenge: str) -> Webhook:
        """Encrypted, and as the vendor sends it without a signature."""
        event = {"type": "url_verification", "challenge": challenge}
        found = webhooks.feishu_signed(event, now=time.time(), values=self.values)
        return Webhook("feishu", body_of(found), {"content-type": JSON}, UUID(int=0), "", "")


class TelegramChat:
    channel = "telegram"

    def __init__(self, double: TelegramDouble) -> None:
        self.double: Double = double
        self._telegram = double
        self._secret = secrets.token_hex(16)
        self._first = -secrets.randbelow(10**9) * 1000

    @property
    def values(self) -> dict[str, str]:
        bot = {"bot_token": self._telegram.bot_token, "api": self._telegram.api}
        return {"secret_token": self._secret, **bot}

    @property
    def sender(self) -> str:
        return "telegram/main/111"

    def connect(self, stack: Stack) -> None:
        stack.connect("telegram/main", self.values)
        stack.pair(self.sender)

    def write(self, text: str, room: int = 0) -> Webhook:
        chat = self._first - room
        message = self._telegram.write(chat)
        said = {"message_id": message, "date": int(time.time()), "text": text}
        said |= {"from": {"id": 111, "is_bot": False}, "chat": {"id": chat, "type": "supergroup"}}
        update = {"update_id": message, "message": said}
        found = webhooks.telegram_signed(update, values=self.values)
        run = envelope_id("telegram", "main", str(chat), str(message))
        return Webhook("telegram", body_of(found), found["headers"], run, str(chat), str(message))


class WebChat:
    """The chat page's channel: every room is a session of its own."""

    channel = "web"

    def __init__(self, rooms: int = 1) -> None:
        self._subjects = [f"{PERSON}-{secrets.token_hex(4)}" for _ in range(rooms)]
        self._tokens: list[str] = []

    @property
    def sender(self) -> str:
        """Of the first room."""
        return f"web/main/{self._subjects[0]}"

    def connect(self, stack: Stack) -> None:
        for subject in self._subjects:
            stack.pair(f"web/main/{subject}")
        links = [stack.chat_link(subject) for subject in self._subjects]
        self._tokens = [link.partition("#session=")[2] for link in links]

    def headers(self, room: int = 0) -> dict[str, str]:
        return {"content-type": JSON, "authorization": f"Bearer {self._tokens[room]}"}

    def write(
        self, text: str, room: int = 0, attachments: tuple[dict[str, Any], ...] = ()
    ) -> Webhook:
        message = str(uuid4())
        said = {"id": message, "text": text, "attachments": list(attachments)}
        subject = self._subjects[room]
        run = envelope_id("web", "main", subject, message)
        body = json.dumps(said, ensure_ascii=False).encode()
        return Webhook("web", body, self.headers(room), run, subject, message)
