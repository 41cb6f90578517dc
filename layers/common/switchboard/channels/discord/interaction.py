"""What an interaction of Discord asks. Source: discord.com/developers, receiving interactions."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import name_of, quoted

COMMAND, BUTTON = 2, 3
OF_A_MESSAGE = 3
"""The type of a command that is chosen from a message's menu."""
OWN_COMMANDS = {"switchboard", "sb", "ask"}
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
"""An emoji of a server's own, as it is typed."""
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>", re.ASCII)
"""Somebody, a role or a channel, whose name is told beside the words."""
SUB_COMMANDS = {1, 2}
WORDS = {3, 4, 10}
"""Options that are typed: text, whole numbers, numbers."""


class User(Struct):
    id: str
    bot: bool = False


class Member(Struct):
    user: User


class Option(Struct):
    name: str
    type: int
    value: str | int | float | bool = ""
    options: list["Option"] = []


class SentFile(Struct):
    id: str
    url: str
    filename: str = ""
    content_type: str = ""
    size: int = 0


class Message(Struct):
    content: str = ""
    author: User | None = None
    attachments: list[SentFile] = []


class Named(Struct):
    """A person, who may have a name in this server, a role or a channel."""

    name: str = ""
    nick: str = ""
    global_name: str = ""
    username: str = ""


class Resolved(Struct):
    attachments: dict[str, SentFile] = {}
    messages: dict[str, Message] = {}
    members: dict[str, Named] = {}
    users: dict[str, Named] = {}
    roles: dict[str, Named] = {}
    channels: dict[str, Named] = {}

    def shown(self, found: re.Match[str]) -> str:
        """A mention as it is seen, if its name is told."""
        sign, key = found.groups()
        kinds = {"@&": [self.roles], "#": [self.channels]}.get(sign, [self.members, self.users])
        named = [kind[key] for kind in kinds if key in kind]
        names = [one.nick or one.name or one.global_name or one.username for one in named]
        name = name_of(next(filter(None, names), ""))
        return f"{sign[0]}{name}" if name else found[0]


class Asked(Struct):
    """The `data` of a command, or of a button that was pressed."""

    name: str = ""
    type: int = 1
    custom_id: str = ""
    target_id: str = ""
    options: list[Option] = []
    resolved: Resolved | None = None


ALONE = 1
"""The context of what is said to the app alone (BOT_DM); 2 is a group of people."""


class Interaction(Struct):
    id: str
    type: int
    application_id: str
    token: str
    channel_id: str
    data: Asked
    guild_id: str = ""
    member: Member | None = None
    user: User | None = None
    locale: str = ""
    context: int = 0

    @property
    def sender(self) -> User | None:
        """Who it was, in a server or alone with the app."""
        return self.member.user if self.member else self.user

    @property
    def text(self) -> str:
        """What was typed, what a button carries, or the message that the command was chosen for.

        Somebody else's message is quoted: the words are not those of who chose the command, and a
        command in them does not count as given.
        """
        asked = self.data
        if self.type == BUTTON:
            return asked.custom_id
        if asked.type == OF_A_MESSAGE:
            message = self._target()
            if self.sender and message.author and message.author.id == self.sender.id:
                return message.content
            return f"{asked.name}\n\n{quoted(message.content)}" if message.content.strip() else ""
        resolved = asked.resolved or Resolved()
        words = _MENTION.sub(resolved.shown, " ".join(_words(asked.options)))
        return words or "/help" if asked.name in OWN_COMMANDS else f"/{asked.name} {words}".strip()

    @property
    def files(self) -> list[Sent]:
        resolved = self.data.resolved or Resolved()
        of_a_message = self.data.type == OF_A_MESSAGE
        files = self._target().attachments if of_a_message else resolved.attachments.values()
        return [
            Sent(
                {"url": file.url},
                file.filename or f"file-{index}",
                file.content_type.partition(";")[0],
                file.size,
            )
            for index, file in enumerate(files)
        ]

    def _target(self) -> Message:
        resolved = self.data.resolved or Resolved()
        return resolved.messages.get(self.data.target_id, Message())


def _words(options: Sequence[Option]) -> Iterator[str]:
    for option in options:
        if option.type in SUB_COMMANDS:
            yield option.name
            yield from _words(option.options)
        elif option.type in WORDS:
            yield _EMOJI.sub(r"\1", str(option.value))
