"""The deployed stack, as its outputs tell."""

import os
from functools import cache
from typing import Any

import boto3


@cache
def outputs(stack: str) -> dict[str, str]:
    """The outputs of the stack in the account and region of the environment."""
    found = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def client(service: str) -> Any:
    """A client for the account and region of the environment; its connection is kept."""
    return _client(service, os.environ.get("AWS_ENDPOINT_URL", ""))


@cache
def _client(service: str, endpoint: str) -> Any:
    return boto3.client(service, endpoint_url=endpoint or None)  # type: ignore[no-untyped-call]
