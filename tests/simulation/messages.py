"""What people write in one seed, and what they were told in the end."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import json

from switchboard.channels.base import envelope_id
from switchboard.ledger import Letter
from tests import build, webhooks
from tests.simulation.world import World

OPERATIONS = {
    "notes.list": "read",
    "notes.export": "read",
    "title.set": "idempotent",
    "notes.add": "keyed",
    "notes.post": "queryable",
    "letters.send": "once",
    "notes.burn": "destructive",
}
CHATS = {
    "ada": ("web", "ada"),
    "bob": ("web", "bob"),
    "seven": ("telegram", "7"),
    "oc": ("feishu", "oc_1"),
}
DAYS = 10 * 86_400.0


@dataclass
class Message:
    """One message of a chat. `text` is unlike all others and names its effect."""

    number: int
    chat: str
    operation: str
    smuggled: bool = False
    """Recorded as an older release might have, whose policy let it pass."""
    event: dict[str, Any] | None = None
    accepted: bool = False
    tries: int = 0
    place: int | None = None
    """When it first came to the Inbox, in the order of all."""

    def __post_init__(self) -> None:
        self.channel, self.conversation = CHATS[self.chat]
        self.lane = f"{self.channel}/main/{self.conversation}"
        self.text = f"{self.chat}-{self.number}"
        self.effect = OPERATIONS[self.operation]
        self.name = {
            "web": str(build.run_id(self.number)),
            "telegram": str(self.number),
            "feishu": f"om_{self.number}",
        }[self.channel]
        self.run: UUID = envelope_id(self.channel, "main", self.conversation, self.name)

    @property
    def changes(self) -> bool:
        return self.effect != "read"

    def webhook(self, now: float) -> dict[str, Any]:
        """The platform's own bytes; the same ones on every try."""
        if self.event is None:
            argument = f" {self.text}" if self.changes else ""
            line = f"/desk {self.operation}{argument}"
            make = {
                "web": partial(
                    webhooks.web,
                    message=build.run_id(self.number),
                    now=now + DAYS,
                    sub=self.conversation,
                ),
                "telegram": partial(webhooks.telegram, message=self.number),
                "feishu": partial(webhooks.feishu, message=self.name, now=now),
            }[self.channel]
            self.event = make(line)
        return self.event


def told(world: World, message: Message) -> list[str]:
    """The texts that came to the person, each copy of them; the web page shows a letter once."""
    if message.channel == "web":
        rows = world.aws.table.found(f"mailbox#{message.lane}")
        letters = {
            one.id: one.text
            for one in (json.decode(row["letter"], type=Letter) for row in rows)
            if one.in_reply_to == message.name
        }
        return list(letters.values())
    if message.channel == "telegram":
        return [
            post.payload.get("text") or post.payload.get("caption", "")
            for post in world.chat.posts
            if post.payload.get("reply_parameters", {}).get("message_id") == message.number
        ]
    return [
        json.decode(post.payload["content"])["body"]["elements"][0]["content"]
        for post in world.chat.posts
        if f"/{message.name}/" in post.url and post.payload["msg_type"] == "interactive"
    ]
