"""How a signer's `message` and `file_message` come of what its platform makes of words."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

NOW = 1_760_000_000.0
"""When handshakes are signed, and what has a time of its own was said."""
YES = "/approve K7Q2MX 123456"
"""What answers a question, with a code."""


class Said(NamedTuple):
    """One message; chats and people have numbers, and the same number in a chat is the same one."""

    text: str
    number: int
    chat: int
    user: int
    now: float
    values: Mapping[str, str]
    name: str
    media_type: str
    """Of its file, if it has one."""

    @property
    def place(self) -> tuple[int, int, int]:
        return self.number, self.chat, self.user


def saying(
    made: Callable[..., Any], signed: Callable[..., Any], values: Mapping[str, str]
) -> Callable[..., Any]:
    """Makes webhooks: `made` is called with what is said, and `signed` with what that returns."""
    usual = values

    def message(
        text: str,
        *,
        number: int,
        now: float,
        chat: int = 1,
        user: int = 1,
        values: Mapping[str, str] = usual,
        name: str = "",
        media_type: str = "",
        **fields: Any,
    ) -> Any:
        one = Said(text, number, chat, user, now, values, name, media_type)
        return signed(made(one, **fields), now=now, values=values)

    return message


def without(found: Mapping[str, Any], *names: str) -> list[dict[str, Any]]:
    """The body without the first of these fields, without the second, and so on."""
    return [{key: one for key, one in found.items() if key != name} for name in names]
