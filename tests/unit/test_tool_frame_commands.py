"""The frame around every tool: what may run at all, with what, and what is kept of it."""

import re
from functools import partial
from pathlib import Path

import pytest
from msgspec import json

from switchboard.credentials.connections import connection_of
from switchboard.errors import BadRequestError
from switchboard.frame.run import handler_for
from switchboard.ledger import questions, table
from switchboard.models import Ask, Attachment
from switchboard.sdk import manifest
from switchboard.storage import MAX_ATTACHMENT_BYTES
from tests.kit import build, environment, ports
from tests.kit.fakes import Stored
from tests.kit.flow_driver import Flow
from tests.kit.stories import in_lane, record
from tests.unit.test_tool_frame import answer_of, crash


def planned(operation, arguments=None, *, changes=False, **meta):
    return record(build.command(operation, arguments, **meta), changes=changes)


def attached(name="note.txt", key="uploads/web/main/a/1", size=5):
    return Attachment(key, name, "text/plain", size)


def error_of(flow):
    return answer_of(flow).error.message


def test_what_needs_a_grant_is_asked_about_without_one(flow):
    """Whoever planned it, and whatever it says of who is to be asked."""
    flow.pair("ada", "admin")
    asks = Ask(approvers=("guest", "admin"), code=False)
    command = planned("notes.burn", {"text": "all"}, changes=True, asks=asks, role="admin")

    assert flow.call(command) == "ASKED"
    (question,) = questions.find_open("web/main/ada", flow.clock())
    assert question.asks == Ask(approvers=("admin",), code=True)
    assert question.calls[0].command == command
    assert flow.vendor.effects == []


def test_every_question_that_waits_is_found_behind_any_number_of_others(flow):
    """A bare yes is to the only one, so none may be overlooked."""
    flow.pair("ada", "admin")
    assert flow.call(planned("notes.burn", {"text": "all"}, changes=True, role="admin")) == "ASKED"
    (question,) = questions.find_open("web/main/ada", flow.clock())
    row = table.read("question#web/main/ada", question.ref)
    row["expires_at"] = int(row["expires_at"])
    for number in range(2 * questions.PAGE):
        answered = {**row, "sk": f"{number:05}", "state": "DENIED"}
        table.transact([table.put(answered), table.put({**row, "sk": f"z{number:05}"})])

    found = questions.find_open("web/main/ada", flow.clock())
    assert found == [question] * (2 * questions.PAGE + 1)


@pytest.mark.parametrize(
    ("role", "operation"), [("member", "notes.burn"), ("guest", "notes.add"), ("", "notes.list")]
)
def test_what_the_role_may_not_is_refused_by_the_tool_too(flow, role, operation):
    flow.pair("ada", role)
    command = planned(operation, {"text": "all"}, changes=operation != "notes.list", role=role)

    assert flow.call(command) == "FAILED"
    assert error_of(flow).startswith("You may not do that. It takes a higher role")
    assert flow.vendor.effects == []


def test_a_hint_that_names_another_operation_runs_nothing(flow):
    flow.pair("ada", "admin")
    committed = planned("notes.burn", {"text": "all"}, changes=True, role="admin")
    forged = build.command("notes.post", {"text": "all"})

    with pytest.raises(BadRequestError):
        flow.call(forged)

    assert not [call for call in flow.ports.calls if call.startswith("desk.")]
    flow.clock.advance(46)
    assert flow.call(committed) == "ASKED"
    assert flow.vendor.effects == []


@pytest.mark.parametrize("changes", [False, True])
def test_an_operation_that_is_not_offered_is_answered_in_its_turn_and_frees_its_lane(flow, changes):
    first = in_lane(1)
    unknown = build.command("notes.sing", {"text": "la"}, number=2)
    record(unknown, changes=changes, number=2)
    following = in_lane(3)

    states = [flow.call(one) for one in (unknown, first, unknown, following)]

    turns = ["SKIPPED", "DONE", "FAILED"] if changes else ["FAILED", "DONE", "SKIPPED"]
    assert states == [*turns, "DONE"]
    told = answer_of(flow, 2).error.message
    assert told.startswith("`desk` has no operation `notes.sing`.")


def test_a_command_for_another_tool_is_not_run(flow):
    handler = flow._tools[environment.TOOL_PREFIX + "desk"]

    with pytest.raises(BadRequestError, match="drawer"):
        handler(json.decode(build.encoded(build.command(tool="drawer"))), None)
    assert not flow.ports.calls


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": 5}, "text"),
        ({"text": "x", "copies": 10}, "copies"),
        ({"text": "x", "copies": "hunter2"}, "copies"),
        ({"text": "x", "colour": "green"}, "colour"),
        ({"text": "x", "tags": "a"}, "tags"),
        ({"text": "x", "surprise": 1}, "surprise"),
    ],
)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_bad_arguments_are_named_and_nothing_happens(flow, arguments, named, locale):
    command = planned("notes.add", arguments, changes=True, locale=locale)

    assert flow.call(command) == "FAILED"
    assert f"`{named}`" in answer_of(flow).result.text
    assert "hunter2" not in answer_of(flow).result.text
    assert locale == "en" or {*re.findall("[a-z]+", answer_of(flow).result.text)} == {named}
    assert flow.vendor.effects == []


def test_the_answer_is_in_the_asker_s_language(flow):
    flow.call(planned("notes.add", {"text": "牛奶"}, changes=True, locale="zh"))

    assert answer_of(flow).text == "已完成：牛奶"


def test_the_connection_is_the_configuration_under_the_secrets_as_far_as_it_is_declared(flow):
    desk = manifest.load(Path("tests/desk"))
    flow.aws.parameters[environment.TOOL] = {"connection": {"token": "t", "other": "secret"}}

    assert connection_of(desk).values == {"endpoint": "memory:desk", "token": "t"}
    with pytest.raises(KeyError):
        connection_of(desk)["other"]
    assert "t" not in repr(connection_of(desk)).removeprefix("Connection")


@pytest.mark.parametrize(("locale", "said"), [("en", "needs an account"), ("zh", "需要一个账号")])
def test_a_tool_that_nobody_has_connected_says_so_and_asks_no_vendor(flow, locale, said):
    flow.aws.parameters[environment.TOOL] = {"connection": {"endpoint": ""}}

    assert flow.call(planned("notes.add", {"text": "x"}, changes=True, locale=locale)) == "FAILED"
    assert said in answer_of(flow).error.message
    assert "`/connect desk`" in answer_of(flow).error.message
    assert "`switchboard connect desk …`" in answer_of(flow).error.message
    assert flow.vendor.effects == []


def test_a_warm_tool_reads_its_secrets_once(flow):
    for number in (1, 2):
        flow.call(record(build.command(number=number), number=number))

    assert flow.ports.calls.count("ssm.GetParameter") == 1


def test_an_attachment_that_is_too_big_is_refused_unread(flow):
    too_big = attached(size=MAX_ATTACHMENT_BYTES + 1)

    assert flow.call(planned("files.read", attachments=(too_big,))) == "FAILED"
    assert error_of(flow) == "The file note.txt is too big: at most 20 MB can be read."
    assert "s3.GET" not in flow.ports.calls


@pytest.mark.parametrize("error", [None, ports.refused("AccessDenied", 403)])
def test_an_attachment_that_is_not_there_is_said_so(flow, error):
    if error is not None:  # what S3 says to those who may not list the bucket
        flow.ports.fail("s3.GET", error)

    assert flow.call(planned("files.read", attachments=(attached(),))) == "FAILED"
    assert error_of(flow) == "The file note.txt is not there any more; attach it again."


@pytest.mark.parametrize("name", ["a.\x00", "a./x", "a." + "长" * 200, "..", ""])
def test_an_attachment_may_be_called_anything(flow, name):
    flow.aws.objects["uploads/web/main/a/1"] = Stored("text/plain", b"hello")

    assert flow.call(planned("files.read", attachments=(attached(name),))) == "DONE"
    assert answer_of(flow).text == "hello"


def test_a_result_and_its_files_are_kept_once(flow):
    flow.call(planned("notes.export"))

    (file,) = answer_of(flow).result.files
    prefix = f"results/{build.command('notes.export').id}"
    assert set(flow.aws.objects) == {f"{prefix}/result.json", f"{prefix}/0/my_notes.txt"}
    assert (file.key, file.name) == (f"{prefix}/0/my_notes.txt", "my_notes.txt")
    assert answer_of(flow).result.object == f"{prefix}/result.json"


def test_a_result_that_is_kept_already_is_left_as_it_is(flow):
    command = planned("notes.list")
    key = f"results/{command.id}/result.json"
    flow.aws.objects[key] = Stored("application/json", b"the first one")

    assert flow.call(command) == "DONE"
    assert flow.aws.objects[key].body == b"the first one"


def test_a_tool_tells_what_it_offers(flow):
    handler = flow._tools[environment.TOOL_PREFIX + "desk"]

    answer = handler({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}, None)

    operations = answer["result"]["operations"]
    assert operations["notes.add"]["schema"]["required"] == ["text"]
    assert operations["letters.send"]["effect"] == "once"
    assert not flow.ports.calls


def test_a_second_try_is_told_what_the_first_was_about_to_change():
    tool = partial(handler_for, "desk", adapter="tests.desk.adapter:Keeper")
    with Flow({"desk": tool}).running() as flow:
        command = record(build.command("title.set", {"text": "milk"}), changes=True)
        crash(flow, command, "desk.title.set", "before")

        assert flow.call(command) == "DONE"
        assert flow.vendor.found == ["milk 0", "milk 1"]
        assert flow.vendor.done("title.set") == ["milk 0"]
