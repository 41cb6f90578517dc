"""Events of `events/` as they happen now: signed for this minute, with their rows in the ledger."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from msgspec import convert

from scripts.sign_events import EVENTS, resigned
from switchboard.ledger import runs
from switchboard.models import Command, Envelope, Outcome, Result, Sender
from switchboard.sdk import manifest

TOOLS = Path("functions/tools")
NOTE = "# Minutes 会议纪要\n\nAda reviews the design.\n".encode()
"""What a file is whose command is tried."""


def names() -> list[str]:
    """All that there are, as `ingest/web_message`."""
    return sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.glob("*/*.json"))


def function_of(name: str) -> str:
    """The logical id of the function that the event is for."""
    folder, _, rest = name.partition("/")
    return f"{rest.partition('_')[0].capitalize()}Tool" if folder == "tools" else folder.title()


def commit(
    run: UUID,
    *,
    command: Command | None = None,
    answer: Result | None = None,
    now: float | None = None,
) -> None:
    """A message's rows as dispatch commits them."""
    meta = command.params.meta if command else None
    envelope = Envelope(
        id=run,
        channel="web",
        account="main",
        conversation=meta.lane.split("/", 2)[2] if meta else "ada",
        sender=Sender("ada"),
        text="",
        reply_to={"lane": "web/main/ada", "message": "m1"},
        received_at=time.time(),
    )
    planned = [runs.Planned(command, _changes(command))] if command else []
    if not runs.commit(envelope, planned, answer, locale="en", audits=(), now=now or time.time()):
        raise ValueError(f"{run} was committed before")


def prepared(name: str, arns: dict[str, str], store: Callable[[str, bytes], object]) -> Any:
    """The event as its function is to be given it; its rows are committed, its files stored.

    It is another one each time, so that it does again what it shows. `arns` are the queues'.
    """
    event = resigned(EVENTS / f"{name}.json", time.time())
    folder = name.partition("/")[0]
    for record in event.get("Records", ()):
        queue = record["eventSourceARN"].partition("switchboard-")[2].removesuffix(".fifo")
        record["eventSourceARN"] = arns.get(queue, record["eventSourceARN"])
    again = {old: str(uuid4()) for old in _ids(event, folder)}
    text = json.dumps(event)
    for old, new in again.items():
        text = text.replace(old, new)
    event = json.loads(text)
    if folder == "tools":
        command = convert(event, Command)
        for attachment in command.params.meta.attachments:
            store(attachment.key, NOTE)
        commit(command.params.meta.run, command=command)
    elif folder == "deliver":
        run = UUID(json.loads(event["Records"][0]["body"])["run"])
        commit(run, answer=Result(id=run, result=Outcome(text="**done** 完成")))
    return event


def _ids(event: Any, folder: str) -> list[str]:
    """The ids of the messages and calls in it."""
    if folder in {"tools", "fetch"}:
        return [event["id"], event["params"]["_meta"]["run"]]
    if folder in {"dispatch", "deliver"}:
        bodies = [json.loads(record["body"]) for record in event["Records"]]
        return [body.get("run") or body["id"] for body in bodies]
    if folder == "ingest" and event["rawPath"].startswith("/webhook/web"):
        return [json.loads(event["body"])["id"]]
    return []


def _changes(command: Command) -> bool:
    declared = manifest.load(TOOLS / command.params.meta.tool)
    return declared.operations[command.method].changes
