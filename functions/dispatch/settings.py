"""What dispatch needs to be told; the ledger and the hints read their own."""

from switchboard.settings import Settings


class DispatchSettings(Settings, frozen=True):
    inbox_url: str
    inbox_arn: str
    hints_url: str
    hints_arn: str
    public_url: str
    """Where people reach the API."""
    aws_lambda_function_name: str = ""
    """Set by Lambda; empty where the handler is only imported."""
