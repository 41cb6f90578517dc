"""Every minute: whatever is past its lease or its hint is hinted again; nothing waits for ever."""

import time
from collections.abc import Mapping
from typing import Any

from switchboard import hints, ledger, observe

LIMIT = 100
"""Rows of one shard of the index that one run takes; the next run goes on."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:
    """Hint what is due. Safe to run twice at once: the moves behind a hint have conditions."""
    commands, answers = ledger.due(time.time(), LIMIT)
    for command in commands:
        hints.run_tool(command)
    for hint, lane in answers:
        hints.push(hint, lane)
    observe.count("swept", calls=len(commands), answers=len(answers))
    return {"calls": len(commands), "answers": len(answers)}
