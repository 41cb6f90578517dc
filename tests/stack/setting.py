"""A stack and what is around it: chat platforms, a measured calendar server, Ada in each chat."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from local.calendar import USER
from local.process import port_is_open
from local.stack import Stack
from tests.doubles.feishu import FeishuDouble
from tests.doubles.server import Message
from tests.doubles.slack import SlackDouble
from tests.doubles.telegram import TelegramDouble
from tests.kit.platforms import Platform, all_platforms
from tests.stack.chats import Api, FeishuChat, Said, SlackChat, TelegramChat, WebChat, Webhook
from tests.stack.mailbox import Letter, Mailbox
from tests.stack.rows import Rows
from tests.stack.vendor import Vendor

WEB_ROOMS = 3
FIRST_PORT, LAST_PORT = 4766, 32_000


def free_port() -> int:
    """A port for a stack of our own; it takes the next one too."""
    return next(
        port
        for port in range(FIRST_PORT, LAST_PORT, 10)
        if not (port_is_open(port) or port_is_open(port + 1))
    )


@dataclass(frozen=True, slots=True)
class Setting:
    stack: Stack
    api: Api
    rows: Rows
    vendor: Vendor
    slack: SlackChat
    feishu: FeishuChat
    telegram: TelegramChat
    web: WebChat
    mailbox: Mailbox
    platforms: dict[str, Platform]
    """Of every channel but the web, to be connected when they are needed: deliver starts slower
    with each. Those of Slack, Feishu and Telegram are the chats' own."""

    def messages(self, webhook: Webhook) -> list[Message]:
        """What the platform of a webhook has got as answers to it."""
        chats = (self.slack, self.feishu, self.telegram)
        (double,) = (chat.double for chat in chats if chat.channel == webhook.channel)
        where = (webhook.chat, webhook.target)
        return [one for one in double.messages if (one.chat, one.target) == where]

    def wait_for_message(self, webhook: Webhook, seconds: float = 90) -> Message:
        """The answer to a webhook as its platform has got it."""
        chats = (self.slack, self.feishu, self.telegram)
        (double,) = (chat.double for chat in chats if chat.channel == webhook.channel)
        double.wait_until(lambda: self.messages(webhook), seconds)
        return self.messages(webhook)[0]

    def ask(self, text: str, room: int = 0) -> Letter:
        """Say something on the web and wait for the answer."""
        webhook = self.web.write(text, room)
        self.say(webhook)
        return self.letter(webhook)

    def upload(self, name: str, media_type: str, data: bytes) -> dict[str, Any]:
        """Bring a file as the chat page does; what a message's attachments are made of."""
        asked = {"name": name, "media_type": media_type, "size": len(data)}
        body = json.dumps(asked).encode()
        status, answer = self.api.request("POST", "/chat/api/uploads", body, self.web.headers())
        assert status == 200, answer
        where = json.loads(answer)
        request = Request(where["url"], data, where["headers"], method="PUT")
        with urlopen(request, timeout=30) as done:
            assert done.status == 200
        return {**asked, "key": where["key"]}

    def events(self) -> list[tuple[str, float]]:
        """The calendar server's own files, and when each was written."""
        folder = self.stack._state / "calendar" / "collections"
        files = [path for path in folder.rglob("*.ics") if ".Radicale.cache" not in path.parts]
        return [(path.read_text(encoding="utf-8"), path.stat().st_mtime) for path in files]

    def letter(self, webhook: Webhook) -> Letter:
        """The answer to a webhook as the chat page gets it."""
        self.rows.answered(webhook.run)
        return self.mailbox.letter(webhook)

    def say(self, webhook: Webhook) -> Said:
        """Send a webhook that must be accepted."""
        said = self.api.post(webhook)
        assert said.status == 200, said.answer
        return said


@contextmanager
def furnished(stack: Stack) -> Iterator[Setting]:
    """The setting of a stack that has been started."""
    with (
        SlackDouble() as slack,
        FeishuDouble() as feishu,
        TelegramDouble() as telegram,
        Vendor(stack.calendar.url) as vendor,
    ):
        calendar = {"username": USER, "password": stack._secret("calendar")}
        stack.connect("calendar", {**calendar, "endpoint": vendor.url})
        people = (SlackChat(slack), FeishuChat(feishu), TelegramChat(telegram), WebChat(WEB_ROOMS))
        given = {chat.channel: (chat.double, chat.values) for chat in people[:3]}
        with all_platforms(given) as platforms:
            for chat in people:
                chat.connect(stack)
            rows = Rows(stack)
            rows.drop_environments()
            api = Api(stack.url)
            yield Setting(stack, api, rows, vendor, *people, Mailbox(api), platforms)
            api.close()
        stack.connect("calendar", {**calendar, "endpoint": stack.calendar.url})
