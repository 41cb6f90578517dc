"""Translates between our calls and Todoist's REST API, version 2."""

from typing import Any

from switchboard.sdk.adapter import Adapter, Call, Output
from switchboard.sdk.kit import http, listing, words

from . import models


class TodoistAdapter(Adapter):
    def tasks_list(self, call: Call, arguments: models.ListTasks) -> Output:
        found, more = listing.first(
            _session(call).pages("tasks", filter=arguments.filter), arguments.limit
        )
        head = call.say("tasks", count=len(found))
        lines = listing.bullets(_line(call, one) for one in found)
        rest = call.say("more") if more else ""
        return Output(text=listing.paragraphs(head, lines, rest), content=found)

    def tasks_add(self, call: Call, arguments: models.AddTask) -> Output:
        task = arguments.model_dump(by_alias=True, exclude_defaults=True)
        made = _session(call).send("POST", "tasks", task)
        call.happened()
        return Output(text=call.say("added", task=_line(call, made)), content=made)

    def tasks_close(self, call: Call, arguments: models.CloseTask) -> Output:
        _session(call).send("POST", f"tasks/{arguments.id}/close")
        call.happened()
        return Output(text=call.say("closed", id=arguments.id), tainted=False)


def _session(call: Call) -> http.Session:
    """Todoist does a request once, however often it comes under the same id."""
    headers = {
        "authorization": f"Bearer {call.connection['token']}",
        "x-request-id": str(call.key),
    }
    return http.Session(call.connection["endpoint"], headers)


def _line(call: Call, task: dict[str, Any]) -> str:
    due = task.get("due") or {}
    when = call.say("due", when=words.plain(due["string"])) if due else ""
    return f"{words.plain(task['content'])}{when} ({words.code(task['id'])})"
