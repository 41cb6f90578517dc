"""Taint: what of a run's context is not the words of who asked, so may inform and never authorise.

A run's row says where each such item came from, and how many of its first steps the person's own
words fixed, before anything else was read: these are theirs. A later step of a run that has read
words of third parties is tainted, and asks first where it acts (docs/adr/0036).
"""

from collections.abc import Sequence
from typing import Any

from switchboard.ledger import table
from switchboard.models import CallMeta, Command, Envelope, Result


def begun(envelope: Envelope, calls: Sequence[Command]) -> table.Row:
    """What a new run's row says: all its steps are own, but those that repeat a tainted call."""
    again = [table.op_key(one.params.meta.step) for one in calls if one.params.meta.tainted]
    return {"said": len(calls) - len(again), "tainted": came_with(envelope) + again}


def came_with(envelope: Envelope) -> list[str]:
    """What of a message is not its sender's own words: an event, what they quote, their files.

    Channels mark what was forwarded or quoted as Markdown does (`channels/kit/words.quoted`).
    """
    found = ["event"] if envelope.kind == "event" else []
    if any(line.lstrip().startswith(">") for line in envelope.text.splitlines()):
        found.append("quote")
    return found + [f"file {number}" for number, _ in enumerate(envelope.attachments)]


def told_by(command: Command, result: Result) -> str:
    """The answer of a call, as the run's row names it; empty when it is wholly our own words.

    Only the tool can say so. The text of a refusal may hold a vendor's.
    """
    ours = result.result and not result.result.tainted
    return "" if ours else table.op_key(command.params.meta.step)


def mark(source: str) -> tuple[str, dict[str, Any]]:
    """What is set of a run's row that `source` taints, and the values of that; empty for none."""
    if not source:
        return "", {}
    change = "tainted = list_append(if_not_exists(tainted, :clean), :source)"
    return change, {"clean": [], "source": [source]}


def trusted_item(meta: CallMeta) -> dict[str, Any]:
    """The transaction's part that fails for a tainted step, whatever the step says of itself.

    A run of 0.1.0 has no steps but those of the message.
    """
    return table.check(
        table.key(table.run_key(meta.run), "run"),
        "attribute_not_exists(said) OR said > :step OR size(tainted) = :none",
        step=meta.step,
        none=0,
    )


def is_tainted(meta: CallMeta) -> bool:
    """Whether the step is, of a call that is claimed in no transaction."""
    row = table.read(table.run_key(meta.run), "run") or {}
    return "said" in row and bool(row.get("tainted")) and table.whole(row["said"]) <= meta.step
