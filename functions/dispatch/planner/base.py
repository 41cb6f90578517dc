"""What a planner is: it proposes steps; policy decides, so a planner is never trusted."""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from switchboard.errors import RejectedError, UnclearError
from switchboard.models import Button, Locale
from switchboard.phrases import public
from switchboard.text import shortened

MOST_NAMED = 60
"""Characters of a command by which an answer names it."""


class Turn(Struct, frozen=True, kw_only=True):
    """What a planner may know of a message."""

    text: str
    locale: Locale
    role: str
    now: datetime
    """When it was said, in the asker's zone."""
    files: bool = False
    """Whether files came with it."""


class Word(Struct, frozen=True):
    """A word of a command line; `name` is what stood before an unquoted `=`, else empty."""

    text: str
    name: str = ""
    quoted: bool = False


class OffersError(UnclearError):
    """It is not said well enough, and what the person may have meant can be pressed."""

    def __init__(
        self, detail: str, *, say: str, buttons: tuple[Button, ...], **values: object
    ) -> None:
        super().__init__(detail, say=say, **values)
        self.buttons = buttons


class Step(Struct, frozen=True):
    """One call that is proposed, not yet allowed."""

    tool: str
    operation: str
    arguments: dict[str, Any]


class Plan(Struct, frozen=True):
    """Steps to run, or words to say at once."""

    steps: tuple[Step, ...] = ()
    say: str = ""
    buttons: tuple[Button, ...] = ()
    tokens: int = 0
    """Of a model, which planning took."""


class Planner(Protocol):
    def plan(self, turn: Turn) -> Plan | None:
        """The steps for this turn, or None when this planner is not sure and the next should try.

        Raises BadRequestError when it is sure that the turn is wrong.
        """
        ...


def of_several(
    error: RejectedError, command: str, index: int, count: int, locale: Locale
) -> RejectedError:
    """The same refusal, which says that it is about this command where there are several."""
    if count == 1:
        return error
    named = shortened(" ".join(command.split()), MOST_NAMED).replace("`", "ˋ")
    problem = public(error, locale)
    values = {"number": index + 1, "count": count, "command": named, "problem": problem}
    kind = UnclearError if isinstance(error, UnclearError) else type(error)
    return kind(error.detail, say="one_of_several", **values)
