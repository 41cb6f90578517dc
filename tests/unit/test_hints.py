"""Batches of a queue: what fails comes back soon, alone, and in its order."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError

from switchboard import batch, queues
from switchboard.cloud import aws
from switchboard.errors import AppError
from switchboard.runtime import Runtime
from tests.kit import build, fakes, ports
from tests.kit.clock import Clock
from tests.kit.queues import Message, event_of


class LaterError(AppError):
    def __init__(self, seconds):
        super().__init__("later")
        self.seconds = seconds


@pytest.fixture
def inbox(cloud):
    return cloud.inbox


def fill(inbox, *bodies):
    """Bodies such as `a1`: the letter is the group."""
    for body in bodies:
        inbox.send(body, body[0], body)


def take_batch(inbox, failing, error, taken=None, buried=None):
    """Receive, give to `consume`, delete what it did not return; what was taken."""
    messages, taken = inbox.receive(), [] if taken is None else taken
    bury = None if buried is None else lambda id_, body: buried.append(body)

    def take(body):
        taken.append(body)
        if body in failing:
            raise error

    answer = batch.consume(event_of(messages), take, inbox.url, bury)
    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    for message in messages:
        if message.id not in failed:
            inbox.delete(message.receipt)
    return taken


@pytest.mark.parametrize(
    ("error", "waits"),
    [(AppError("no"), (5, 10, 20)), (LaterError(40.0), (40, 40)), (LaterError(1e9), (3_600,))],
)
def test_a_group_that_failed_comes_again_whole_ever_later_or_when_its_error_says(
    inbox, clock, error, waits
):
    fill(inbox, "a1", "a2")

    for wait in waits:
        assert take_batch(inbox, {"a1"}, error) == ["a1"]
        clock.advance(wait - 0.1)
        assert inbox.receive() == []
        clock.advance(0.2)
    assert take_batch(inbox, {}, None) == ["a1", "a2"]
    assert inbox.messages == []


def test_without_the_visibility_it_comes_again_in_the_queue_s_own_time(inbox, clock, cloud):
    fill(inbox, "a1", "a2")
    cloud.ports.fail("sqs.ChangeMessageVisibility", ports.refused("AccessDenied"), times=9)
    take_batch(inbox, {"a1"}, AppError("no"))

    clock.advance(100)
    assert inbox.receive() == []
    clock.advance(81)
    assert take_batch(inbox, {}, None) == ["a1", "a2"]


@pytest.mark.parametrize("error", [ValidationError("broken"), AppError("no"), ports.Crash()])
def test_what_fails_every_time_is_buried_without_company_and_its_group_goes_on(inbox, clock, error):
    fill(inbox, "b1", "b2", "b3")
    buried, taken = [], []
    for number in range(20):
        fill(inbox, f"a{number}")
        with suppress(ports.Crash):
            take_batch(inbox, {"b1", "b3"}, error, taken, buried)
        clock.advance(301)

    assert list(dict.fromkeys(buried)) == ["b1", "b3"]
    assert taken.count("b1") == batch.MAX_TRIES
    assert taken.count("b3") == batch.MAX_TRIES - 1  # its first try was no first receive
    assert {"b2", *(f"a{number}" for number in range(20))} <= {*taken}
    assert inbox.messages == inbox.dead.messages == []


def test_who_comes_in_a_batch_with_one_that_kills_its_process_is_soon_taken_before_it(inbox, clock):
    fill(inbox, "a1", "b1", "c1")
    taken = []
    for _ in range(3):
        with pytest.raises(ports.Crash):
            take_batch(inbox, {"a1"}, ports.Crash(), taken, [])
        clock.advance(181)

    assert taken == ["a1", "a1", "b1", "c1", "a1"]


def test_while_tries_cannot_be_counted_nobody_is_buried(inbox, clock, cloud):
    fill(inbox, "a1")
    cloud.ports.fail("dynamodb.UpdateItem", ports.throttled(), times=999)
    cloud.ports.fail("dynamodb.GetItem", ports.throttled(), times=999)
    for _ in range(3 * batch.MAX_TRIES):
        buried = []
        take_batch(inbox, {"a1"}, AppError("no"), buried=buried)
        clock.advance(301)

    assert buried == []
    assert len(inbox.messages) == 1


def test_a_bug_s_words_are_not_logged(inbox, lines):
    fill(inbox, "b1")

    take_batch(inbox, {"b1"}, ValueError("somebody's secret words"))

    (line,) = lines()
    assert (line["message"], line["detail"]) == ("message returned", "ValueError")


def test_a_crash_returns_the_whole_batch(inbox):
    fill(inbox, "a1", "b1")

    with pytest.raises(ports.Crash):
        take_batch(inbox, {"a1"}, ports.Crash())
    assert len(inbox.messages) == 2


def test_a_tool_is_started_by_its_name_and_gets_the_command(cloud):
    cloud.functions.add("switchboard-test-tool-desk")
    command = build.command()

    queues.run_tool(command)

    (invocation,) = cloud.invocations
    assert invocation.function == "switchboard-test-tool-desk"
    assert invocation.event["id"] == str(command.id)


def test_hints_of_one_lane_are_of_one_group_and_each_is_a_message(cloud):
    hint = build.hint(build.run_id())
    for lane in ("web/main/ada", "web/main/ada", "web/main/bob"):
        queues.push(hint, lane)
    queues.next_in_lane(hint, "web/main/ada")

    groups = [one.group for one in cloud.outbox.messages]
    assert groups[0] == groups[1] != groups[2]
    assert [one.group for one in cloud.hints.messages] == groups[:1]


@pytest.mark.parametrize("lane", ["web/main/阿达", "x" * 500, "web/main/a b"])
def test_every_lane_is_a_group_that_sqs_takes(cloud, lane):
    queues.push(build.hint(build.run_id()), lane)

    assert len(cloud.outbox.messages) == 1
    assert cloud.outbox.url == fakes.OUTBOX


BATCH = tuple(f"{group}{number}" for number in range(1, 5) for group in "abc")[:10]


@given(st.sets(st.sampled_from(BATCH)), st.sampled_from([AppError("no"), ValueError("a bug")]))
def test_whichever_of_a_batch_fail_nothing_is_lost_and_no_group_is_overtaken(failing, error):
    records = event_of([Message(body, body, body[0], 0.0, received=1) for body in BATCH])
    taken = []

    def take(body):
        taken.append(body)
        if body in failing:
            raise error

    clock = Clock()
    with Runtime() as runtime, clock.installed():
        runtime.give(aws.transport, fakes.Aws(clock))
        answer = batch.consume(records, take, fakes.INBOX)

    returned = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    assert set(answer) == {"batchItemFailures"}
    assert all(list(one) == ["itemIdentifier"] for one in answer["batchItemFailures"])
    for group in "abc":
        of_group = [body for body in BATCH if body[0] == group]
        first = next((at for at, body in enumerate(of_group) if body in failing), len(of_group))
        assert [body for body in returned if body[0] == group] == of_group[first:]
        assert [body for body in taken if body[0] == group] == of_group[: first + 1]
