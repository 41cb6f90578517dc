"""The todoist tool against a server that answers as Todoist's documentation shows it."""

import json
from uuid import uuid4

import pytest

from switchboard.errors import RateLimitedError
from tests.kit.asker import Asker
from tests.kit.servers import Told, serving

MILK = {
    "id": "2995104339",
    "content": "Buy *Milk*",
    "due": {"date": "2016-09-01", "is_recurring": False, "string": "tomorrow at 12"},
    "is_completed": False,
    "labels": ["Food", "Shopping"],
    "priority": 1,
    "project_id": "2203306141",
    "url": "https://todoist.com/showTask?id=2995104339",
}


def asking(server):
    return Asker("todoist", {"endpoint": server.url, "token": "example"})


def test_tasks_are_listed_as_they_are_filtered():
    with serving(Told(body=json.dumps([MILK]).encode())) as server:
        output = asking(server)("tasks.list", filter="today")

    assert output.text == "1 task:\n\n- Buy \\*Milk\\*, due tomorrow at 12 (`2995104339`)"
    assert server.asked[0].path == "/tasks?filter=today"
    assert server.asked[0].headers["authorization"] == "Bearer example"


def test_a_task_is_added_under_the_call_s_key():
    key = uuid4()
    with serving(Told(body=json.dumps(MILK).encode())) as server:
        ask = asking(server)
        ask("tasks.add", key=key, content="Buy *Milk*", due="tomorrow at 12")

    assert ask.happened == ["tasks.add"]
    assert json.loads(server.asked[0].body) == {
        "content": "Buy *Milk*",
        "due_string": "tomorrow at 12",
    }
    assert server.asked[0].headers["x-request-id"] == str(key)


def test_a_task_is_ticked_off():
    with serving(Told(status=204, body=b"")) as server:
        output = asking(server)("tasks.close", id="2995104339")

    assert output.text == "Ticked off: `2995104339`."
    assert server.asked[0].path == "/tasks/2995104339/close"


def test_a_limit_is_waited_for():
    slow = Told(status=429, headers={"retry-after": "7"})
    with serving(slow) as server, pytest.raises(RateLimitedError) as caught:
        asking(server)("tasks.list")

    assert caught.value.retry_after == 7
