"""Attachments in: bring a message's files from its chat into Results, then start the tool.

Every file is either brought or marked with why not, in bounded time: a chat that gives nothing
away costs the person an answer that says so, and never keeps the tool waiting.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from functions.fetch import files
from functions.fetch.settings import FetchSettings
from switchboard import observe, queues, storage
from switchboard.channels.base import Sender
from switchboard.channels.kit import senders
from switchboard.cloud import connections
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Attachment, Command
from switchboard.net import http

BUDGET_SECONDS = 75.0
"""For all files of a message; the function has 120, and storing one takes some."""
PAUSES = (1.0, 5.0)
"""Before the second try of a download, and the third."""


@observe.stage("fetch")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """One command, as the tool itself would get it. Safe to run twice: objects are written once."""
    command = msgspec.convert(event, Command)
    meta = command.params.meta
    observe.bind(run=meta.run, op=command.id, channel=meta.channel, tool=meta.tool)
    observe.bind(trace=meta.trace)
    until = time.time() + BUDGET_SECONDS
    name = f"{meta.channel}/{meta.account}"
    elsewhere = [one for one in meta.attachments if one.source]
    brought = sum(_bring(name, attachment, until) for attachment in elsewhere)
    observe.count("fetched", {"files": brought, "refused": len(elsewhere) - brought})
    queues.start_tool(command)
    return {"files": brought}


def _bring(name: str, attachment: Attachment, until: float) -> bool:
    """Whether the file is there now; else its mark says why not."""
    code = "attachment_unreachable"
    try:
        content = _content(name, attachment, until)
    except RejectedError as error:
        code = error.say if error.say in storage.REFUSALS else "attachment_gone"
        observe.warn("file refused", account=name, detail=error.detail)
    except UnavailableError as error:
        observe.warn("file unreachable", account=name, detail=error.detail)
    except Exception as error:  # noqa: BLE001  a channel's mistake must not start this for ever
        observe.unforeseen("file unreachable", error)
    else:
        storage.receive(attachment, content)
        return True
    storage.refuse(attachment, code)
    return False


def _content(name: str, attachment: Attachment, until: float) -> bytes:
    files.check(attachment)
    sender = senders.one(FetchSettings.load().channels_parameter, name)
    if sender is None:
        raise UnavailableError("not connected")
    for pause in PAUSES:
        try:
            return _downloaded(sender, attachment, until)
        except UnavailableError as error:
            told = error.retry_after if isinstance(error, RateLimitedError) else 0.0
            wait = max(told, pause)
            if time.time() + wait >= until:
                raise
        time.sleep(wait)
    return _downloaded(sender, attachment, until)


def _downloaded(sender: Sender, attachment: Attachment, until: float) -> bytes:
    return files.read(sender.download(attachment.source), attachment, until)


if FetchSettings.load().aws_lambda_function_name:
    connections.warm()  # while Lambda starts
    http.warm()
