"""The queues in memory keep SQS's promises, and no more than those."""

import pytest

from switchboard.cloud.aws import AwsError
from tests.kit.queues import Queue


@pytest.fixture
def queue(clock):
    dead = Queue("inbox-dead", clock)
    return Queue("inbox", clock, visibility=180.0, max_receive=2, dead=dead)


def bodies(messages):
    return [one.body for one in messages]


def test_a_group_is_received_in_order_and_in_one_batch(queue):
    for number in range(3):
        queue.send(str(number), "g", f"d-{number}")

    assert bodies(queue.receive()) == ["0", "1", "2"]


def test_a_group_in_flight_gives_nothing_more_while_others_do(queue):
    queue.send("a1", "a", "1")
    queue.receive()
    queue.send("a2", "a", "2")
    queue.send("b1", "b", "3")

    assert bodies(queue.receive()) == ["b1"]


def test_one_message_in_flight_keeps_its_group_locked(queue, clock):
    queue.send("1", "g", "1")
    queue.send("2", "g", "2")
    first, _ = queue.receive()
    queue.change_visibility(first.receipt, 5)
    clock.advance(6)

    assert queue.receive() == []


def test_a_message_that_is_not_deleted_comes_again_after_its_time(queue, clock):
    queue.send("1", "g", "1")
    queue.receive()

    clock.advance(179)
    assert queue.receive() == []
    clock.advance(1)
    (again,) = queue.receive()
    assert (again.body, again.received) == ("1", 2)


def test_a_deleted_message_is_gone(queue, clock):
    queue.send("1", "g", "1")
    queue.delete(queue.receive()[0].receipt)
    clock.advance(1_000)

    assert queue.receive() == []


def test_an_old_receipt_deletes_nothing(queue, clock):
    queue.send("1", "g", "1")
    old = queue.receive()[0].receipt
    clock.advance(181)
    queue.receive()

    queue.delete(old)

    assert len(queue.messages) == 1


def test_the_same_message_is_taken_once_in_five_minutes(queue, clock):
    assert queue.send("1", "g", "same") == queue.send("1", "g", "same")
    clock.advance(299)
    queue.send("1", "g", "same")
    assert len(queue.messages) == 1

    clock.advance(1)
    queue.send("1", "g", "same")
    assert len(queue.messages) == 2


def test_deduplication_is_of_one_group(queue):
    queue.send("1", "a", "same")
    queue.send("1", "b", "same")

    assert len(queue.messages) == 2


def test_what_is_received_too_often_is_dead(queue, clock):
    queue.send("1", "g", "1")
    for _ in range(2):
        queue.receive()
        clock.advance(181)

    assert queue.receive() == []
    assert queue.messages == []
    assert [(one.body, one.received) for one in queue.dead.receive()] == [("1", 3)]


def test_only_what_is_in_flight_changes_its_time(queue, clock):
    queue.send("1", "g", "1")
    receipt = queue.receive()[0].receipt
    clock.advance(181)

    with pytest.raises(AwsError, match="MessageNotInflight"):
        queue.change_visibility(receipt, 5)


@pytest.mark.parametrize(("group", "dedupe"), [("", "1"), ("g", ""), ("中", "1"), ("x" * 129, "1")])
def test_names_that_sqs_does_not_take_are_refused(queue, group, dedupe):
    with pytest.raises(AwsError):
        queue.send("1", group, dedupe)


def test_a_message_has_its_size(queue):
    with pytest.raises(AwsError):
        queue.send("x" * (2**20 + 1), "g", "1")
