"""What a function finds around it in Lambda, with AWS's documented example credentials."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from switchboard.cloud import aws, sigv4
from switchboard.credentials import parameters
from switchboard.settings import Settings

VALUES = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
    "LEDGER_TABLE": "ledger",
    "RESULTS_BUCKET": "results",
    "INBOX_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/inbox.fifo",
    "OUTBOX_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/outbox.fifo",
    "TOOL_PREFIX": "switchboard-tool-",
    "FETCH_FUNCTION": "switchboard-fetch",
    "CHANNELS_PARAMETER": "/switchboard/ingest",
    "TOOL_PARAMETER": "/switchboard/tools/none",
}
UNSET = ("AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_LAMBDA_FUNCTION_NAME")


@contextmanager
def surroundings(**values: str) -> Iterator[None]:
    """A new environment: its variables, and nothing remembered from an earlier one."""
    before = dict(os.environ)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(VALUES | values)
    forget()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        forget()


def forget() -> None:
    """Be as a process is that has just started."""
    Settings.load.cache_clear()
    sigv4._key.cache_clear()
    aws._base.cache_clear()
    aws._tls.cache_clear()
    aws._hang_up()
    parameters.parameter.cache_clear()
