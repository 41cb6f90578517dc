"""A long lane is one chain of hops: each op starts the next. Lambda must not take it for a loop."""

from tests.kit.hops import Hops

CHANGES = 40


def fill(flow):
    """A lane whose ops all had their own invoke when it was not their turn, but the first."""
    for number in range(CHANGES):
        flow.say(f"/desk notes.add {number}")
    flow.plan()
    del flow.aws.invocations[1:]
    return [str(number) for number in range(CHANGES)]


def test_a_lane_is_worked_off_by_its_hints_alone_as_the_template_is(flow):
    said = fill(flow)

    flow.pump()

    assert flow.vendor.done("notes.add") == said
    assert flow.answers() == [f"Done: {number}" for number in said]
    assert not any(queue.messages for queue in flow.aws.given_up)


def test_a_lane_stops_where_the_loop_is_not_declared_until_the_sweep_begins_a_new_chain(flow):
    cloud = flow.aws
    cloud.hops = cloud.inbox.hops = cloud.hints.hops = cloud.outbox.hops = Hops(frozenset())
    said = fill(flow)

    flow.pump()

    done = flow.vendor.done("notes.add")
    assert done == said[: len(done)]
    assert 10 < len(done) < CHANGES
    assert flow.aws.hints_dead.messages or flow.aws.failures.messages

    flow.settle()
    assert flow.vendor.done("notes.add") == said
    assert len(flow.answers()) == CHANGES
