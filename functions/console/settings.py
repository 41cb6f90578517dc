"""What the console needs to be told."""

from switchboard.settings import Settings


class ConsoleSettings(Settings, frozen=True):
    results_bucket: str
    channels_parameter: str
    """The encrypted parameter with what checks sessions: `web/account` to names and values."""
