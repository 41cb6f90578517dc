"""Claims: the right to run one op, on what terms it is had, and why it is not."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from switchboard.cloud.aws import AwsError
from switchboard.errors import NotAllowedError
from switchboard.ledger import grants, stops
from switchboard.models import Command


class Claim(Struct, frozen=True):
    """The right to run one op until its lease ends."""

    command: Command
    attempt: int
    holder: str
    changes: bool
    tainted: bool = False
    """Whether it was planned after its run had read words of third parties (ledger/taint.py)."""


class OpenOp(Struct, frozen=True):
    """An op that has not ended, and how often it may have begun."""

    command: Command
    attempt: int


Permit = Callable[[OpenOp], Sequence[dict[str, Any]]]
"""The transaction's parts by which a call that was granted uses its grant; none for any other."""
Wary = Callable[[Command], bool]
"""Whether a call that nobody is asked about must be, if it is tainted."""


def require_allowed(command: Command, error: AwsError, *, granted: int) -> None:
    """Raises NotAllowedError when that is why the op could not be claimed."""
    meta, reasons = command.params.meta, error.reasons
    if stops.is_stopped(meta.lane):
        raise NotAllowedError("stopped", say="stopped") from error
    if reasons[1] != "None":
        return
    if meta.sender and reasons[3] != "None":
        raise NotAllowedError("unpaired", say="unpaired") from error
    if granted and reasons[3 + bool(meta.sender)] != "None":
        raise grants.used_error(meta) from error
