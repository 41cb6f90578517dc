"""What deliver needs to be told."""

from switchboard.settings import Settings


class DeliverSettings(Settings, frozen=True):
    outbox_url: str
    channels_parameter: str
    """The encrypted parameter with what sends: `channel/account` to names and values."""
    aws_lambda_function_name: str = ""
    """Set by Lambda; empty where the handler is only imported."""
