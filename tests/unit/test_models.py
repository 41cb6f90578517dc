"""The values that travel: of exact types, frozen, open to additions, the same ids for a call."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, json

from switchboard import models
from switchboard.models import Attachment, Command, Envelope, Fault, Hint, Outcome, Result, op_id
from tests.kit import build

COMMAND = build.command("notes.add", {"text": "milk", "copies": 2})
FILE = Attachment("uploads/web/main/a/1", "a.txt", "text/plain", 3)
ENVELOPE = build.envelope("你好", attachments=(FILE,), trace="Root=1")
HINT = build.hint(build.run_id(), 3)
OBSERVATION = models.Observation(build.run_id(), 1)
ARGUMENTS = st.dictionaries(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=9),
    st.integers(-(2**53), 2**53) | st.booleans() | st.text(alphabet="ab", max_size=9),
    max_size=5,
)


@pytest.mark.parametrize("value", [ENVELOPE, HINT, OBSERVATION])
def test_what_goes_through_the_inbox_comes_back_as_it_was(value):
    assert models.decode_inbox(models.encode(value)) == value


def test_a_command_comes_back_as_it_was():
    assert models.decode_command(models.encode(COMMAND)) == COMMAND


def test_a_command_is_json_rpc():
    sent = json.decode(models.encode(COMMAND))

    assert set(sent) == {"jsonrpc", "id", "method", "params"}
    assert sent["jsonrpc"] == "2.0"
    assert set(sent["params"]) == {"arguments", "_meta"}


def changed(value, **changes):
    return json.encode({**json.decode(models.encode(value)), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "not-a-uuid"},
        {"id": 5},
        {"text": None},
        {"received_at": "now"},
        {"version": 2},
        {"sender": "ada"},
        {"attachments": [{"key": "k"}]},
        {"reply_to": {"channel": 5}},
        {"type": "hint"},
        {"type": "other"},
    ],
)
def test_an_envelope_is_of_exact_types(changes):
    with pytest.raises(msgspec.ValidationError):
        models.decode_inbox(changed(ENVELOPE, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"jsonrpc": "1.0"},
        {"method": None},
        {"params": {"arguments": {}}},
        {"params": {"arguments": [], "_meta": {}}},
        {"id": None},
    ],
)
def test_a_command_is_of_exact_types(changes):
    with pytest.raises(msgspec.ValidationError):
        models.decode_command(changed(COMMAND, **changes))


def test_what_another_release_has_added_is_ignored():
    sender = {"id": "ada", "role": "admin"}

    assert models.decode_inbox(changed(ENVELOPE, surprise=1, sender=sender)) == ENVELOPE
    assert models.decode_command(changed(COMMAND, surprise=1)) == COMMAND


@pytest.mark.parametrize("field", ["type", "id", "channel", "sender", "text", "reply_to"])
def test_no_part_of_an_envelope_may_be_missing(field):
    sent = json.decode(models.encode(ENVELOPE))
    del sent[field]

    with pytest.raises(msgspec.ValidationError):
        models.decode_inbox(json.encode(sent))


@pytest.mark.parametrize("value", [ENVELOPE, HINT, COMMAND, build.result(), FILE])
def test_values_are_frozen(value):
    with pytest.raises(AttributeError):
        value.id = "other"


def test_a_lane_is_a_conversation_of_an_account_of_a_channel():
    lanes = {
        build.envelope(**changes).lane
        for changes in ({}, {"channel": "slack"}, {"account": "b"}, {"conversation": "c"})
    }

    assert len(lanes) == 4


@given(ARGUMENTS)
def test_the_same_call_has_the_same_id_in_whatever_order_its_arguments_come(arguments):
    backwards = dict(reversed(arguments.items()))

    assert op_id(build.run_id(), 0, "desk", "notes.add", arguments) == op_id(
        build.run_id(), 0, "desk", "notes.add", backwards
    )


def test_another_call_has_another_id():
    base = (build.run_id(), 0, "desk", "notes.add", {"text": "1"})
    others = [
        (build.run_id(2), 0, "desk", "notes.add", {"text": "1"}),
        (build.run_id(), 1, "desk", "notes.add", {"text": "1"}),
        (build.run_id(), 0, "drawer", "notes.add", {"text": "1"}),
        (build.run_id(), 0, "desk", "notes.ad", {"text": "1"}),
        (build.run_id(), 0, "desk", "notes.add", {"text": 1}),
        (build.run_id(), 0, "desk", "notes.add", {"text": ["1"]}),
        (build.run_id(), 0, "desk", "notes.add", {}),
    ]

    assert len({op_id(*base), *(op_id(*other) for other in others)}) == len(others) + 1


def test_the_id_of_a_call_is_the_same_for_ever():
    found = op_id(build.run_id(), 0, "desk", "notes.add", {"text": "牛奶"})

    assert str(found) == "5b7bef7f-0e7b-51f2-a576-a21d91723961"


def test_a_result_has_the_text_that_people_read():
    assert Result(id=build.run_id(), result=Outcome(text="yes")).text == "yes"
    assert Result(id=build.run_id(), error=Fault(-1, "no")).text == "no"
    assert Result(id=build.run_id()).text == ""


def test_a_result_says_only_what_it_is():
    sent = json.decode(json.encode(build.result()))

    assert "error" not in sent
    assert build.result().error is UNSET


def test_what_a_tool_brings_is_tainted_unless_it_says_otherwise():
    assert Outcome(text="from elsewhere").tainted


def test_the_kinds_of_the_inbox_are_told_apart_by_their_tags():
    assert isinstance(models.decode_inbox(models.encode(HINT)), Hint)
    assert isinstance(models.decode_inbox(models.encode(ENVELOPE)), Envelope)
    with pytest.raises(msgspec.ValidationError):
        models.decode_inbox(models.encode(COMMAND))
    assert isinstance(models.decode_command(models.encode(COMMAND)), Command)
