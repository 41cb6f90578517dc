"""Builders of the values that tests start from, with defaults for whatever a test is not about."""

from functools import cache
from typing import Any
from uuid import UUID, uuid5

from switchboard.ledger.people import Person
from switchboard.ledger.questions import AskedCall
from switchboard.ledger.subscriptions import Subscriber
from switchboard.models import (
    Ask,
    CallMeta,
    Command,
    Envelope,
    Hint,
    Params,
    Result,
    Sender,
    encode,
    op_id,
)
from switchboard.models import Fault as ResultFault
from switchboard.models import Outcome as ResultOutcome
from tests.kit.clock import START

_IDS = UUID("00000000-0000-4000-8000-000000000000")


@cache
def run_id(number: int = 1) -> UUID:
    return uuid5(_IDS, str(number))


def envelope(text: str = "/desk notes.list", number: int = 1, **changes: Any) -> Envelope:
    """A message of Ada's on the web; `number` makes it another one."""
    facts: dict[str, Any] = {
        "id": run_id(number),
        "channel": "web",
        "account": "main",
        "conversation": "ada",
        "sender": Sender("ada"),
        "text": text,
        "reply_to": {"lane": "web/main/ada", "message": str(run_id(number))},
        "received_at": START,
    }
    return Envelope(**{**facts, **changes})


def event(topic: str = "issues", **changes: Any) -> Envelope:
    """Something that happened in a repository."""
    facts: dict[str, Any] = {
        "kind": "event",
        "topic": topic,
        "channel": "github",
        "conversation": "example/repo",
        "sender": Sender("user:583231", name="octocat"),
        "reply_to": {},
    }
    return envelope("[example/repo\\#12](https://github.com/x) Title", **{**facts, **changes})


def asked_call(asked: Command, **changes: Any) -> AskedCall:
    """What is shown of a call."""
    facts: dict[str, Any] = {
        "command": asked,
        "asks": Ask(),
        "manifest": "0" * 64,
        "summary": "Burn a note",
        "shown": "",
        "foreseen": "",
    }
    return AskedCall(**{**facts, **changes})


def subscriber(
    number: int = 1, topics: tuple[str, ...] = ("failures", "issues", "reviews"), **changes: Any
) -> Subscriber:
    """A chat of Slack's that is told of `event`."""
    facts: dict[str, Any] = {
        "channel": "slack",
        "account": "main",
        "sender": f"T1:U{number}",
        "lane": f"slack/main/T1:C{number}",
        "reply_to": {"channel": f"C{number}"},
        "locale": "en",
        "topics": topics,
    }
    return Subscriber(**{**facts, **changes})


def person(role: str = "member", **changes: Any) -> Person:
    facts = {"id": "ada", "name": "Ada", "role": role, "version": 1}
    return Person(**{**facts, **changes})


def command(
    operation: str = "notes.list",
    arguments: dict[str, Any] | None = None,
    *,
    number: int = 1,
    tool: str = "desk",
    **meta: Any,
) -> Command:
    """A call of the desk's for Ada; `meta` changes what is known about who asked."""
    facts: dict[str, Any] = {
        "tool": tool,
        "actor": "ada",
        "role": "member",
        "run": run_id(number),
        "step": 0,
        "lane": "web/main/ada",
        "channel": "web",
        "account": "main",
        "reply_to": {"lane": "web/main/ada", "message": str(run_id(number))},
        "locale": "en",
        "timezone": "Asia/Shanghai",
    }
    known = CallMeta(**{**facts, **meta})
    given = arguments or {}
    return Command(
        id=op_id(known.run, known.step, tool, operation, given),
        method=operation,
        params=Params(arguments=given, meta=known),
    )


def result(text: str = "found it", number: int = 1, **changes: Any) -> Result:
    return Result(id=run_id(number), result=ResultOutcome(text=text, **changes))


def failure(text: str = "it failed", number: int = 1) -> Result:
    return Result(id=run_id(number), error=ResultFault(-32000, text))


def hint(run: UUID, step: int = 0) -> Hint:
    return Hint(run, step)


def encoded(value: Envelope | Hint | Command) -> str:
    return encode(value).decode()
