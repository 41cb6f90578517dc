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
            return _written_wrong(error)
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
        case OSError(strerror=str(why)):
            return f"{error.filename}: {why}" if error.filename else f"cannot go on: {why}"
    return str(error)


def _written_wrong(error: TyperException) -> str:
    """What the command line does not know, with the command's own example."""
    said = error.format_message().replace("Value error, ", "").rstrip(".")
    context = getattr(error, "ctx", None)
    example = getattr(getattr(context, "command", None), "epilog", None)
    return f"{said}. {f'{example}; ' if example else ''}`--help` shows how it is written."
