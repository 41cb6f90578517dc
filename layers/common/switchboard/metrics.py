"""Every metric by its name: its class, its unit, and the dimensions it has besides the stack."""

from typing import Literal, NamedTuple

Kind = Literal["base", "business", "tool", "error", "audit"]
"""What a metric is about: how messages move through the stages; what people use; what calls of
tools come to; what went wrong; what was refused to somebody."""
Name = Literal[
    "answers",
    "approvals",
    "call_ms",
    "calls",
    "dead",
    "denials",
    "dispatch_ms",
    "ended",
    "failed",
    "failures",
    "files",
    "given_up",
    "grants_refused",
    "held",
    "missed_seconds",
    "notices",
    "push_ms",
    "queue_ms",
    "refusals",
    "refused",
    "skipped",
    "unforeseen",
    "unreadable",
]


class Metric(NamedTuple):
    """A metric of CloudWatch's namespace `Switchboard`, always with the dimension `Stack`.

    The value of each other dimension is the fact of the same name in lower case, as the line that
    carries the metric has it.
    """

    kind: Kind
    unit: Literal["Count", "Milliseconds", "Seconds"] = "Count"
    dimensions: tuple[str, ...] = ()


METRICS: dict[Name, Metric] = {
    # how messages move
    "queue_ms": Metric("base", "Milliseconds", ("Stage",)),  # from its send until it was handled
    "dispatch_ms": Metric("base", "Milliseconds", ("Channel", "Outcome")),
    "push_ms": Metric("base", "Milliseconds", ("Channel", "Outcome")),
    "calls": Metric("base"),  # that the sweep took up again, as the answers
    "answers": Metric("base"),
    # what people use
    "files": Metric("business", dimensions=("Channel",)),  # that came with messages
    "notices": Metric("business", dimensions=("Channel",)),
    "held": Metric("business", dimensions=("Channel",)),  # until the person writes again
    # what calls come to
    "call_ms": Metric("tool", "Milliseconds", ("Tool", "Operation", "Outcome")),
    "given_up": Metric("tool", dimensions=("Tool",)),
    # what went wrong
    "refusals": Metric("error", dimensions=("Outcome",)),  # of webhooks
    "refused": Metric("error", dimensions=("Channel",)),  # files that did not come in
    "skipped": Metric("error", dimensions=("Channel",)),  # malformed parts of webhooks
    "failures": Metric("error"),  # pushes that no later try can do
    "unforeseen": Metric("error"),  # errors of a read that ended with them
    "unreadable": Metric("error"),  # rows of the ledger, each once an hour
    "dead": Metric("error"),  # letters in the three queues of what was given up
    "ended": Metric("error"),  # calls that the sweep gave up
    "failed": Metric("error"),  # rows and letters that the sweep could not handle
    "missed_seconds": Metric("error", "Seconds"),  # since a scheduled function should have run
    # what was refused to somebody
    "denials": Metric("audit", dimensions=("Outcome",)),
    "approvals": Metric("audit", dimensions=("Outcome",)),  # questions answered, yes or no
    "grants_refused": Metric("audit"),  # that a tool did not take: none of ours are such
}
