"""The deployed stack, as its outputs tell."""

from functools import cache

import boto3


@cache
def outputs(stack: str) -> dict[str, str]:
    """The outputs of the stack in the account and region of the environment."""
    client = boto3.client("cloudformation")  # type: ignore[no-untyped-call]
    found = client.describe_stacks(StackName=stack)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}
