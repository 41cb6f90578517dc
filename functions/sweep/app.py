"""Every minute: whatever is past its lease or its hint is hinted again; nothing waits for ever."""

import time
from collections.abc import Mapping
from typing import Any

from functions.sweep import dead, lapsed
from switchboard import config, observe, queues
from switchboard.errors import AppError, UnavailableError, UnreadableError
from switchboard.frame.faults import unfinished
from switchboard.ledger import clock, dues, lanes, ops, versions
from switchboard.ledger.dues import Due
from switchboard.ledger.questions import Question
from switchboard.ledger.table import Row

LIMIT = 100
"""Rows of one shard of the index that one run takes; the next run goes on where it ended."""
SECONDS = 40.0
"""How long one run begins new work, of the 50 that it may take."""
PERIOD = 60.0
PATIENCE = 2
"""Times the cap on a run's seconds after which a call that never got done is given up."""


@observe.stage("sweep")
def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Take up what is due. Safe to run twice at once, and to be cut short.

    One row that cannot be taken up keeps no other waiting; at the end it is raised, for the alarm.
    """
    began = time.time()
    missed = round(clock.record_tick("sweep", PERIOD, began))
    counts = {"calls": 0, "answers": 0, "ended": 0, "lapsed": 0, "unreadable": 0}
    counts |= dead.bury(began)
    for row in dues.list_due(began, LIMIT):
        if time.time() - began > SECONDS:
            break
        with observe.scope(run=str(row["pk"]).removeprefix("run#")):
            try:
                counts[_swept(row, time.time())] += 1
            except AppError as error:
                observe.warn("not taken up", detail=error.detail)
                counts["failed"] += 1
    observe.count(
        "swept",
        {
            "calls": counts["calls"],
            "answers": counts["answers"],
            "ended": counts["ended"],
            "dead": counts["dead"],
            "failed": counts["failed"],
        },
    )
    if missed:
        observe.count("schedule missed", {"missed_seconds": missed})
    if counts["failed"]:
        raise UnavailableError(f"{counts['failed']} rows could not be taken up")
    return counts


def _swept(row: Row, now: float) -> str:
    """Take up the row, if it can be read: what was done, as `handler` counts it."""
    try:
        one = dues.read(row)
    except UnreadableError as error:
        versions.report(error)
        dues.put_off(row, now)
        return "unreadable"
    return lapsed.told(one, now) if isinstance(one, Question) else _taken_up(one, now)


def _taken_up(one: Due, now: float) -> str:
    """Hint the row, or end it: what was done, as `handler` counts it."""
    if one.command is None:
        if dues.take_up(one, now, hinted=True):
            queues.push(one.hint, one.lane)
        return "answers"
    meta = one.command.params.meta
    observe.bind(op=one.command.id, channel=meta.channel, tool=meta.tool)
    place = lanes.place_of(one.command)
    if _is_hopeless(one, now) and _ended(one, place, now):
        return "ended"
    # Who is not the head of the lane is hinted when it is: the head's end says so, or the sweep.
    if dues.take_up(one, now, hinted=not place) and not place:
        queues.run_tool(one.command)
    return "calls"


def _is_hopeless(one: Due, now: float) -> bool:
    """Its function should have ended it long ago, but does not even start, or dies each time."""
    asked_at = one.command.params.meta.asked_at if one.command else 0.0
    return bool(asked_at) and now - asked_at > PATIENCE * config.load().caps.run.seconds


def _ended(one: Due, place: int | None, now: float) -> bool:
    """The call is given up, and the person told; False: somebody has it, or it has moved up.

    One that waits in its lane is given up too: it was not begun, whatever keeps those before it.
    """
    command = one.command
    if command is None:
        return False
    result, state = unfinished(command, one.attempt, changes=place is not None)
    ready = ops.end(command, one.attempt, result, state, now, place=place)
    if ready is None:
        return False
    observe.count("given up", {"given_up": 1})
    for hint in ready:
        queues.push(hint, one.lane)
    following = lanes.head_of(one.lane) if place == 0 else None
    if following is not None:
        queues.next_in_lane(following, one.lane)
    return True
