"""What ingest needs to be told."""

from switchboard.settings import Settings


class IngestSettings(Settings, frozen=True):
    inbox_url: str
    approvals_url: str
    channels_parameter: str
    """The encrypted parameter with what verifies webhooks, by `channel/account`."""
    aws_lambda_function_name: str = ""
    """Set by Lambda; empty where the handler is only imported."""
