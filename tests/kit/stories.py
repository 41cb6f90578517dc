"""How ledger tests come to the rows that they are about."""

from typing import Any

from switchboard import audit
from switchboard.ledger import ops, runs
from switchboard.ledger.claims import Claim, OpenOp
from switchboard.ledger.replies import Reply
from switchboard.ledger.runs import Planned
from switchboard.models import Command, Hint, Result
from tests.kit import build
from tests.kit.clock import START
from tests.kit.fakes import Aws

LEASE = 45.0


def ungranted(op: OpenOp) -> tuple[()]:
    """Of calls that need no approval."""
    return ()


def unwary(command: Command) -> bool:
    """Of calls that nobody need be asked about."""
    return False


def record(command: Command | None = None, *, changes: bool = False, number: int = 1) -> Command:
    """Commit a message with one command; its row is PLANNED."""
    command = command or build.command(number=number)
    assert runs.commit(
        build.envelope(number=number),
        [Planned(command, changes)],
        locale="en",
        audits=[audit.intent(command, START)],
        now=START,
    )
    return command


def in_lane(number: int, lane: str = "web/main/ada") -> Command:
    """Commit a state-changing command of the lane."""
    meta = {"lane": lane, "number": number}
    command = build.command("notes.add", {"text": f"note {number}"}, **meta)
    return record(command, changes=True, number=number)


def started(
    command: Command, *, changes: bool = False, lease: float = LEASE, now: float = START
) -> Claim:
    claim = ops.claim(command, changes=changes, lease=lease, now=now, permit=ungranted, wary=unwary)
    assert claim is not None
    return claim


def answered(result: Result | None = None, *, number: int = 1, now: float = START) -> Hint:
    """Commit a message with an answer of ours; its row is READY."""
    made = build.envelope(number=number)
    answer = result or build.result(number=number)
    assert runs.commit(made, answer=answer, locale="en", audits=[], now=now)
    return Hint(made.id, 0)


def op_row(cloud: Aws, command: Command) -> dict[str, Any]:
    meta = command.params.meta
    return cloud.table.plain(f"run#{meta.run}", f"op#{meta.step:03}") or {}


def answer_row(cloud: Aws, hint: Hint) -> dict[str, Any]:
    return cloud.table.plain(f"run#{hint.run}", f"answer#{hint.step:03}") or {}


def answer(text: str = "found it", **changes: Any) -> Reply:
    facts: dict[str, Any] = {
        "channel": "web",
        "account": "main",
        "lane": "web/main/ada",
        "reply_to": {"lane": "web/main/ada", "message": "m-1"},
        "locale": "en",
        "result": build.result(text),
    }
    return Reply(**{**facts, **changes})
