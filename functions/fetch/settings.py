"""What fetch needs to be told."""

from switchboard.settings import Settings


class FetchSettings(Settings, frozen=True):
    channels_parameter: str
    """The encrypted parameter with what sends, which is also what downloads."""
    aws_lambda_function_name: str = ""
    """Set by Lambda; empty where the handler is only imported."""
