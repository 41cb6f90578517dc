"""The deployed stack, as its outputs tell, and this process as one of its functions."""

import json
import os
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import ClientError

from cli.problems import SIGN_IN, CommandError
from switchboard.runtime import kept

VARIABLES = {
    "LedgerTable": "LEDGER_TABLE",
    "ResultsBucket": "RESULTS_BUCKET",
    "InboxUrl": "INBOX_URL",
    "HintsUrl": "HINTS_URL",
    "OutboxUrl": "OUTBOX_URL",
    "KeyId": "KMS_ARN",
}
"""Outputs of the stack, and where its functions find them."""


@kept
def address() -> str:
    """Where the API of this machine's stack answers; empty of one on AWS, whose outputs say it.

    Names below localhost, as the outputs have them, do not resolve everywhere.
    """
    return ""


@kept
def outputs(stack: str) -> dict[str, str]:
    """The outputs of the stack in the account and region of the environment.

    Raises CommandError when there is no such stack.
    """
    try:
        found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise CommandError(
            f"there is no stack {stack} here: deploy it with `make deploy`, or name another "
            "with --stack, in its account and region"
        ) from None
    told = {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}
    return told | ({"Url": address()} if address() else {})


def enter(stack: str) -> None:
    """Let the shared package act on the stack, with the operator's own credentials.

    Raises CommandError when there are none.
    """
    session: Any = botocore.session.get_session()  # type: ignore[no-untyped-call]
    credentials = session.get_credentials()
    if credentials is None:
        raise CommandError(SIGN_IN)
    frozen = credentials.get_frozen_credentials()
    told = {name: outputs(stack)[output] for output, name in VARIABLES.items()}
    told |= {
        "STACK": stack,
        "AWS_ACCESS_KEY_ID": frozen.access_key,
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
    }
    told |= {"AWS_SESSION_TOKEN": frozen.token} if frozen.token else {}
    region = session.get_config_variable("region")
    told |= {"AWS_REGION": region} if region else {}
    os.environ.update(told)


def parameter(stack: str, name: str) -> dict[str, dict[str, str]]:
    """The encrypted parameter `/<stack>/<name>`; nothing when nothing has been connected yet."""
    ssm = client("ssm")
    try:
        kept = ssm.get_parameter(Name=f"/{stack}/{name}", WithDecryption=True)
    except ssm.exceptions.ParameterNotFound:
        return {}
    found: dict[str, dict[str, str]] = json.loads(kept["Parameter"]["Value"])
    return found


def client(service: str) -> Any:
    """A client for the account and region of the environment; its connection is kept."""
    return _client(service, os.environ.get("AWS_ENDPOINT_URL", ""))


@kept
def _client(service: str, endpoint: str) -> Any:
    return _session().client(service, endpoint_url=endpoint or None)


@kept
def _session() -> Any:
    return boto3.session.Session()  # type: ignore[no-untyped-call]
