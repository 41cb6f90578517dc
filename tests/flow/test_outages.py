"""Services fail, a region is lost, a person is removed: nothing is lost, nothing is guessed."""

import pytest

from switchboard.ledger import people, runs
from switchboard.runtime import current
from tests.kit import build, ports
from tests.kit.flow_driver import Flow
from tests.kit.ports import Crash

SERVICES = ["dynamodb", "sqs", "ssm", "s3", "lambda"]
KMS = ports.refused("KMSAccessDeniedException")


def broken(flow, service, error, times=400):
    for operation in {
        "dynamodb": ("GetItem", "UpdateItem", "TransactWriteItems", "Query"),
        "sqs": ("SendMessageBatch", "SendMessage", "ReceiveMessage"),
        "ssm": ("GetParameter",),
        "s3": ("PUT", "GET"),
        "lambda": ("Invoke",),
    }[service]:
        flow.ports.fail(f"{service}.{operation}", error, times=times)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "error", [KMS, ports.dropped(), ports.throttled()], ids=["kms", "down", "slow"]
)
def test_a_service_that_is_gone_for_a_while_costs_no_message_and_doubles_no_effect(service, error):
    with Flow().running() as flow:
        broken(flow, service, error)
        flow.say("/desk notes.add milk")
        for _ in range(5):
            flow.minute()
        flow.ports.faults.clear()
        flow.settle(90)

        assert len(flow.vendor.done("notes.add")) <= 1
        assert len(flow.answers()) == 1
        assert flow.states("answer") == ["SENT"]


@pytest.mark.parametrize("error", [KMS, ports.refused("AccessDeniedException"), ports.throttled()])
def test_without_the_record_there_is_no_effect(flow, error):
    flow.ports.fail("dynamodb.TransactWriteItems", error, times=400)
    flow.say("/desk notes.add milk")
    for _ in range(3):
        flow.minute()

    assert flow.vendor.effects == []
    assert flow.audits("intent") == []


def test_a_secret_that_cannot_be_decrypted_is_no_reason_to_go_on_without_it(flow):
    flow.cold()
    broken(flow, "ssm", KMS)
    flow.say("/desk notes.add milk")
    flow.pump()

    assert flow.aws.inbox.messages == []
    assert flow.vendor.effects == []


def test_a_stack_that_has_only_its_table_left_finishes_what_was_accepted(flow):
    """A region is lost and its table restored: queues, invokes and memories are gone."""
    for number in range(4):
        flow.say(f"/desk notes.add note-{number}")
    flow.plan()
    flow.say("/desk notes.list")
    flow.plan()
    for queue in (flow.aws.inbox, flow.aws.outbox):
        queue.messages.clear()
    flow.aws.invocations.clear()
    current().restart()

    flow.settle()

    assert flow.vendor.done("notes.add") == [f"note-{number}" for number in range(4)]
    assert len(flow.answers()) == 5


def test_who_is_removed_has_no_effect_any_more_not_even_of_what_was_queued(flow):
    for number in range(3):
        flow.say(f"/desk notes.add note-{number}")
    flow.plan()
    flow.pair("bob")
    flow.say("/desk notes.add milk", sender="bob")
    flow.plan()
    people.unpair("web", "main", "ada", flow.clock())
    flow.say("/desk notes.add one-more")
    flow.settle()

    assert flow.vendor.done("notes.add") == ["milk"]
    assert sorted(flow.states("op")) == ["DONE"] + ["STOPPED"] * 3
    assert sum("Since you asked for it" in one for one in flow.answers()) == 3


@pytest.mark.parametrize(
    ("person", "role", "state"),
    [
        ("ada", "guest", "STOPPED"),
        ("bob", "member", "STOPPED"),
        ("bob", "admin", "STOPPED"),
        ("ada", "member", "DONE"),
        ("ada", "admin", "DONE"),
    ],
)
def test_a_queued_change_runs_only_while_its_asker_is_who_asked_and_may_do_as_much(
    flow, person, role, state
):
    flow.say("/desk notes.add milk")
    flow.plan()
    people.unpair("web", "main", "ada", flow.clock())
    people.pair("web", "main", "ada", people.Person(id=person, name="Ada", role=role))
    flow.settle()

    assert flow.states("op") == [state]
    assert flow.vendor.done("notes.add") == (["milk"] if state == "DONE" else [])


@pytest.mark.parametrize("role", ["guest", "member"])
def test_a_change_that_may_have_begun_is_in_doubt_when_its_asker_may_do_less(flow, role):
    flow.pair("ada", "admin")
    flow.cold()
    flow.say("/desk notes.add milk")
    flow.ports.fail("desk.notes.add", Crash(), when="after")
    flow.pump()
    flow.pair("ada", role)
    flow.settle()

    assert flow.states("op") == ["UNKNOWN"]
    assert flow.vendor.done("notes.add") == ["milk"]


def test_an_older_release_s_call_without_a_sender_still_runs(flow):
    command = build.command("notes.add", {"text": "milk"})
    assert command.params.meta.sender == ""
    runs.commit(
        build.envelope(), [runs.Planned(command, True)], locale="en", audits=[], now=flow.clock()
    )

    assert flow.call(command) == "DONE"
