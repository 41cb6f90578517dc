"""Moves of one row by themselves, whose condition may not hold."""

from typing import Any

from switchboard.cloud.aws import AwsError
from switchboard.ledger import table


def holds(item: dict[str, Any]) -> bool:
    """Do this update by itself; False: its condition does not hold, and nothing was done."""
    try:
        table.write(item)
    except AwsError as error:
        if not error.condition_failed:
            raise
        return False
    return True
