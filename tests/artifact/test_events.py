"""Every event of events/, run in the built artifact under Lambda's own interface emulator."""

import json
import re
import time
from uuid import uuid4

import pytest
from msgspec import convert

from local.built import BUILD, LAYERS
from local.events import NOTE, commit
from scripts.sign_events import EVENTS, resigned
from switchboard import control
from switchboard.ledger import mailbox, people
from switchboard.models import Command, Hint, Outcome, Result, decode_inbox

ADA = people.Person(id="ada", name="Ada", role="member", timezone="Europe/Berlin")
COMPILED = BUILD / LAYERS["CommonLayer"] / "python/switchboard/compiled"
CATALOGUE = {
    path.stem: json.loads(path.read_bytes()) for path in sorted(COMPILED.glob("tools/*.json"))
}


def names(folder):
    return sorted(path.stem for path in (EVENTS / folder).glob("*.json"))


def event_of(folder, name):
    return resigned(EVENTS / folder / f"{name}.json", time.time())


@pytest.fixture(autouse=True)
def clean(world):
    """Nothing is left in the table or the queues when a test ends."""
    yield
    world.empty()


def test_the_page_of_a_link_is_the_same_for_everybody(environment_of):
    answer = environment_of("Connect").invoke(event_of("connect", "link"))

    assert answer["statusCode"] == 200
    assert "Connect a tool" in answer["body"]


SENT = {
    "slack_mention": ("slack", "T061EG9R6:U061F7AUR", "/calendar events.list"),
    "slack_command": (
        "slack",
        "T061EG9R6:U061F7AUR",
        "/github issues.list repo=octocat/Hello-World",
    ),
    "feishu_message": (
        "feishu",
        "736588c9260f175e:ou_84aad35d084aa403a838cf73ee18467",
        "/calendar events.list",
    ),
    "telegram_message": ("telegram", "1111111", "/help"),
    "web_message": ("web", "ada", "/calendar events.list"),
}


@pytest.mark.parametrize("name", SENT)
def test_a_webhook_becomes_two_copies_of_an_envelope(world, environment_of, name):
    answer = environment_of("Ingest").invoke(event_of("ingest", name))

    first, second = world.received("Inbox")
    envelope = decode_inbox(first)
    assert answer["statusCode"] == 200, answer
    assert first == second
    assert (envelope.channel, envelope.sender.id, envelope.text) == SENT[name]


def test_the_challenge_is_answered(world, environment_of):
    answer = environment_of("Ingest").invoke(event_of("ingest", "feishu_challenge"))

    assert (answer["statusCode"], answer["body"]) == (200, '{"challenge":"ajls384kdjx98XX"}')
    assert world.received("Inbox") == []


def test_a_bad_signature_is_refused(world, environment_of):
    answer = environment_of("Ingest").invoke(event_of("ingest", "bad_signature"))

    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["error"]["code"] == "bad_signature"
    assert world.received("Inbox") == []


def test_a_message_is_planned_and_committed_once(world, environment_of):
    people.pair("web", "main", "ada", ADA)
    event = event_of("dispatch", "inbox")
    run = decode_inbox(event["Records"][0]["body"]).id

    answers = [environment_of("Dispatch").invoke(event) for _ in range(2)]

    rows = world.rows(f"run#{run}")
    command = json.loads(rows["op#000"]["command"]["S"])
    assert answers == [{"batchItemFailures": []}] * 2
    assert rows.keys() == {"run", "op#000"}
    assert rows["op#000"]["state"]["S"] == "PLANNED"
    assert (command["method"], command["params"]["_meta"]["tool"]) == ("events.list", "calendar")
    assert command["params"]["_meta"]["actor"] == "ada"


def test_hints_are_hints_and_an_envelope_among_them_goes_back(world, environment_of):
    event, forged = event_of("dispatch", "hints"), event_of("dispatch", "inbox")
    ids = [{"itemIdentifier": one["messageId"]} for one in forged["Records"]]
    for record in forged["Records"]:
        record["eventSourceARN"] = event["Records"][0]["eventSourceARN"]

    answers = [environment_of("Dispatch").invoke(one) for one in (event, forged)]

    assert answers == [{"batchItemFailures": []}, {"batchItemFailures": ids}]


def test_a_file_that_is_refused_leaves_a_mark(world, environment_of):
    event = event_of("fetch", "command")
    (attachment,) = convert(event, Command).params.meta.attachments

    answer = environment_of("Fetch").invoke(event)

    assert world.stored(f"{attachment.key}.error") == b"too_big"
    assert answer["errorType"] == "AwsError"  # the tool is not deployed here


def test_an_answer_is_pushed_once_into_the_mailbox(world, environment_of):
    event = event_of("deliver", "outbox")
    hint = decode_inbox(event["Records"][0]["body"])
    commit(hint.run, answer=Result(id=hint.run, result=Outcome(text="**done** 完成")))

    answers = [environment_of("Deliver").invoke(event) for _ in range(2)]

    (letter,) = world.rows("mailbox#web/main/ada").values()
    assert answers == [{"batchItemFailures": []}] * 2
    assert world.rows(f"run#{hint.run}")["answer#000"]["state"]["S"] == "SENT"
    assert json.loads(letter["letter"]["S"])["text"] == "**done** 完成"


def test_what_is_due_is_hinted_again(world, environment_of):
    run = uuid4()
    result = Result(id=run, result=Outcome(text="waiting"))
    commit(run, answer=result, now=time.time() - 3600)

    answer = environment_of("Sweep").invoke(event_of("sweep", "schedule"))

    assert {name: number for name, number in answer.items() if number} == {"answers": 1}
    assert [decode_inbox(body) for body in world.received("Outbox")] == [Hint(run, 0)]


def test_the_page_is_served(environment_of):
    answer = environment_of("Console").invoke(event_of("console", "page"))

    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert answer["statusCode"] == 200
    assert answer["body"].startswith("<!doctype html>")
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_messages_of_a_session_are_served(environment_of):
    letter = dict(id="1-0", in_reply_to="m1", text="done", error=False, files=(), at=time.time())
    mailbox.leave("web/main/ada", mailbox.Letter(**letter))
    mailbox.leave("web/main/bob", mailbox.Letter(**letter | {"text": "not for Ada"}))

    answer = environment_of("Console").invoke(event_of("console", "messages"))

    body = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert [message["text"] for message in body["messages"]] == ["done"]


def test_a_wrong_name_is_refused_as_whatever_else_is_wrong(environment_of):
    answer = environment_of("Signin").invoke(event_of("signin", "session"))

    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (
        401,
        "signin_failed",
    )
    assert answer["cookies"] == []


def test_the_tools_are_served(environment_of):
    answer = environment_of("Console").invoke(event_of("console", "tools"))

    body = json.loads(answer["body"])
    words = [word.name for word in control.words()]
    assert [tool["name"] for tool in body["tools"]] == [*CATALOGUE, *words]
    assert re.search("[一-鿿]", body["tools"][0]["summary"])


DONE, FAILED = "DONE", "FAILED"
SAID = {
    "calendar_calendars.list": (DONE, "work"),
    "calendar_events.create": (DONE, "Design review 设计评审"),
    "calendar_events.delete": (FAILED, "event"),
    "calendar_events.list": (DONE, "2026-11-2"),
    "calendar_freebusy.query": (DONE, "2026-11-24"),
    "document_convert": (DONE, "minutes.pdf"),
    "document_info": (DONE, "minutes.md"),
    "document_text.extract": (DONE, "会议纪要"),
    "github_issues.create": (DONE, "#1348"),
    "github_issues.list": (DONE, "Found a bug"),
    "github_pulls.merge": (FAILED, "GitHub"),
    "github_repository.get": (DONE, "octocat/Hello-World"),
}


@pytest.mark.parametrize("name", SAID)
def test_a_command_is_run_once_and_its_result_kept(world, environment_of, name):
    event = event_of("tools", name)
    command = convert(event, Command)
    meta = command.params.meta
    for attachment in meta.attachments:
        world.store(attachment.key, NOTE)
    commit(meta.run, command=command)
    environment = environment_of(f"{meta.tool.capitalize()}Tool")

    first, second = (environment.invoke(event) for _ in range(2))

    state, words = SAID[name]
    rows = world.rows(f"run#{meta.run}")
    assert first["result"] == {"state": state}, (first, environment.log[-2000:])
    assert second["result"] == {"state": "SKIPPED"}
    assert rows["op#000"]["state"]["S"] == state
    kept = json.loads(rows["answer#000"]["answer"]["S"])["result"]
    if state == FAILED:  # a preview of what is not there
        assert words in kept["error"]["message"]
        return
    said = kept["result"]["text"]
    assert words in said
    stored = json.loads(world.stored(f"results/{command.id}/result.json"))
    assert (stored["operation"], stored["text"]) == (command.method, said)
    for file in kept.get("result", {}).get("files", ()):
        assert len(world.stored(file["key"])) == file["size"] > 0


def test_a_converted_document_is_a_pdf(world, environment_of):
    event = event_of("tools", "document_convert")
    command = convert(event, Command)
    commit(command.params.meta.run, command=command)

    environment_of("DocumentTool").invoke(event)

    rows = world.rows(f"run#{command.params.meta.run}")
    (file,) = json.loads(rows["answer#000"]["answer"]["S"])["result"]["result"]["files"]
    assert (file["name"], file["media_type"]) == ("minutes.pdf", "application/pdf")
    assert world.stored(file["key"]).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["CalendarTool", "DocumentTool", "GithubTool"])
def test_a_tool_tells_what_it_offers(environment_of, name):
    answer = environment_of(name).invoke({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"})

    manifest = CATALOGUE[answer["result"]["name"]]
    assert answer["result"]["operations"].keys() == manifest["operations"].keys()


def test_every_event_is_run_here():
    assert names("ingest") == sorted([*SENT, "feishu_challenge", "bad_signature"])
    assert names("tools") == sorted(SAID)
    assert names("dispatch") == ["hints", "inbox"]
    assert names("fetch") == ["command"]
    assert names("deliver") == ["outbox"]
    assert names("sweep") == ["schedule"]
    assert names("console") == ["messages", "page", "tools"]
    assert names("signin") == ["session"]
    assert names("connect") == ["link"]
    folders = {path.parent.name for path in EVENTS.glob("*/*.json")}
    assert folders == {
        "connect",
        "ingest",
        "tools",
        "dispatch",
        "fetch",
        "deliver",
        "sweep",
        "console",
        "signin",
    }
