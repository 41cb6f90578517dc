"""Every minute: whatever is past its lease or its hint is hinted again; nothing waits for ever."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from switchboard import hints, ledger, observe
from switchboard.errors import AppError, UnavailableError

LIMIT = 100
"""Rows of one shard of the index that one run takes; the next run goes on."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Hint what is due. Safe to run twice at once: the moves behind a hint have conditions.

    One hint that cannot be given keeps no other waiting; at the end it is raised, for the alarm.
    """
    commands, answers = ledger.due(time.time(), LIMIT)
    waiting = [partial(hints.run_tool, command) for command in commands]
    waiting += [partial(hints.push, hint, lane) for hint, lane in answers]
    failed = sum(not _given(hint) for hint in waiting)
    observe.count("swept", calls=len(commands), answers=len(answers))
    if failed:
        raise UnavailableError(f"{failed} of {len(waiting)} hints could not be given")
    return {"calls": len(commands), "answers": len(answers)}


def _given(hint: Callable[[], None]) -> bool:
    try:
        hint()
    except AppError as error:
        observe.log("hint failed", detail=error.detail)
        return False
    return True
