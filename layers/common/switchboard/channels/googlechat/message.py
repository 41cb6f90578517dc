"""What Google Chat's webhooks hold. Source: developers.google.com/workspace/chat."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned
from switchboard.errors import BadRequestError

_SPACE = re.compile(r"spaces/[\w-]{1,100}", re.ASCII)
_PART = re.compile(r"spaces/[\w-]{1,100}/(?:messages|threads)/[\w.-]{1,200}", re.ASCII)
_MENTION = re.compile(r"^\s*@\S+\s+(?=/)")


class _Named(Struct, frozen=True):
    name: str = ""


class Space(Struct, frozen=True, rename="camel"):
    name: str = ""
    type: str = ""
    single_user_bot_dm: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether nobody but one person is there with us (REST, spaces: both are told)."""
        return self.single_user_bot_dm or self.type == "DM"


class _User(Struct, frozen=True, rename="camel"):
    name: str = ""
    display_name: str = ""
    type: str = ""


class _Data(Struct, frozen=True, rename="camel"):
    resource_name: str = ""


class _File(Struct, frozen=True, rename="camel"):
    content_name: str = ""
    content_type: str = ""
    attachment_data_ref: _Data | None = None


class _Message(Struct, frozen=True, rename="camel"):
    name: str = ""
    sender: _User = _User()
    text: str = ""
    argument_text: str | None = None
    thread: _Named = _Named()
    slash_command: dict[str, Any] | None = None
    annotations: tuple[dict[str, Any], ...] = ()
    attachment: tuple[_File, ...] = ()
    space: Space = Space()

    @property
    def words(self) -> str:
        """What was written without our mention; a command from its name on.

        `argumentText` has neither our mention nor the name of a command, which only an annotation
        may tell of.
        """
        told = [one.get("slashCommand") for one in self.annotations]
        named = [str(one.get("commandName", "")) for one in told if isinstance(one, dict)]
        at = self.text.find(named[0]) if named and named[0] else -1
        if at >= 0:
            return cleaned(self.text[at:])
        if named or self.slash_command or self.argument_text is None:
            return cleaned(self.text, _MENTION)
        return cleaned(self.argument_text)


class ChatEvent(Struct, frozen=True):
    """A person's message, or a button that was pressed, whatever form it came in."""

    message: _Message
    space: Space
    user: _User
    pressed: str | None = None
    """The text that the button carries."""
    at: str = ""

    @property
    def id(self) -> str:
        """What is the same when the same event comes again."""
        return self.message.name if self.pressed is None else f"{self.message.name} {self.at}"

    @property
    def text(self) -> str:
        """Without our mention; a slash command stays as it was written."""
        return self.message.words if self.pressed is None else cleaned(self.pressed)

    @property
    def files(self) -> list[Sent]:
        """Files that were uploaded; those of Drive are only for people."""
        return [
            Sent({"resource": data.resource_name}, file.content_name, file.content_type)
            for file in self.message.attachment
            if (data := file.attachment_data_ref)
        ]


def event_of(body: Mapping[str, Any]) -> ChatEvent | None:
    """The event in a webhook's body; None when it is not for us. Raises BadRequestError."""
    inner = body.get("chat")
    event = _of_an_add_on(inner) if isinstance(inner, dict) else _of_an_app(body)
    if event is None or event.user.type == "BOT":
        return None
    thread = event.message.thread.name
    names = _PART.fullmatch(event.message.name) and _SPACE.fullmatch(event.space.name)
    if not names or (thread and not _PART.fullmatch(thread)):
        raise BadRequestError("an event without its names")
    # All of one event is in one space: a thread of another one would be answered there.
    if any(
        name and not name.startswith(f"{event.space.name}/")
        for name in (event.message.name, thread)
    ):
        raise BadRequestError("an event of two spaces")
    if not re.fullmatch(r"users/\w+", event.user.name, re.ASCII):
        raise BadRequestError("an event without its user")
    return event


def _of_an_app(body: Mapping[str, Any]) -> ChatEvent | None:
    kind = body.get("type")
    if kind not in ("MESSAGE", "CARD_CLICKED"):  # a set would need it hashable
        return None
    message = shape(body.get("message"), _Message)
    space = _space(body, message)
    if kind == "MESSAGE":
        return ChatEvent(message, space, message.sender)
    common = body.get("common")
    parameters = common.get("parameters") if isinstance(common, dict) else None
    user = shape(body.get("user"), _User)
    return _press(message, space, user, parameters, body.get("eventTime"))


def _of_an_add_on(chat: Mapping[str, Any]) -> ChatEvent | None:
    payload = chat.get("messagePayload") or chat.get("appCommandPayload")
    if not isinstance(payload, dict) or payload.get("message") is None:
        return None  # what was chosen from a menu without any words has no message
    message = shape(payload.get("message"), _Message)
    space = _space(payload, message)
    return ChatEvent(message, space, message.sender)


def _space(found: Mapping[str, Any], message: _Message) -> Space:
    told = shape(found.get("space") or {}, Space)
    return told if told.name else message.space


def _press(
    message: _Message, space: Space, user: _User, parameters: Any, at: Any
) -> ChatEvent | None:
    text = parameters.get("text") if isinstance(parameters, dict) else None
    if not isinstance(text, str) or not isinstance(at, str):
        return None
    return ChatEvent(message, space, user, text, at)
