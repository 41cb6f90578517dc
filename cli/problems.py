"""What goes wrong at the command line, each in one line that says what to do."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)
from typer.exceptions import TyperException

from switchboard.errors import AppError


class CommandError(Exception):
    """A command cannot be done as it was written; the message says what to do instead."""


EXPECTED = (CommandError, TyperException, AppError, BotoCoreError, ClientError, OSError)
"""What a command may raise; anything else is a fault of the command line's own."""
SIGN_IN = "there are no AWS credentials: sign in, or set AWS_PROFILE"
REGION = "no AWS region is set: set AWS_DEFAULT_REGION, or `region` in your profile"


def line(error: Exception) -> str:
    """The error for people, in one line."""
    return " ".join(_said(error).split())


def _said(error: Exception) -> str:
    match error:
        case TyperException():
            return f"{error.format_message()} `--help` shows how it is written."
        case AppError():
            return error.detail
        case ClientError():
            told = error.response["Error"]
            return f"AWS refused {error.operation_name}: {told['Code']}: {told.get('Message', '')}"
        case NoCredentialsError() | PartialCredentialsError():
            return SIGN_IN
        case NoRegionError():
            return REGION
        case EndpointConnectionError() | HTTPClientError():
            return f"AWS cannot be reached: {error}"
    return str(error)
