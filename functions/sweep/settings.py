"""What the sweep needs to be told; the ledger and the hints read their own."""

from switchboard.settings import Settings


class SweepSettings(Settings, frozen=True):
    inbox_dead_url: str
    hints_dead_url: str
    outbox_dead_url: str
    failures_url: str
    """What Lambda's asynchronous invokes gave up."""
