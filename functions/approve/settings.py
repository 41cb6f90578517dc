"""What approve needs to be told; the ledger and the hints read their own."""

from switchboard.settings import Settings


class ApproveSettings(Settings, frozen=True):
    approvals_url: str
    public_url: str
    """Where people reach the API."""
    stack: str
    grants_arn: str
    """The ARN of the key that signs grants; nobody else may sign with it."""
    aws_lambda_function_name: str = ""
    """Set by Lambda; empty where the handler is only imported."""
