"""Secrets and connection values: encrypted parameters of the stack, read once per environment."""

from msgspec import json

from switchboard.cloud import aws
from switchboard.runtime import kept

Values = dict[str, str]


@kept
def parameter(name: str) -> dict[str, Values]:
    """The encrypted parameter `name`: tables of names and values; empty when there is none.

    A stack may be deployed before anything is connected, so a missing parameter is not an error:
    a channel or tool without its secrets is simply not there.
    """
    found = read(name)
    return json.decode(found, type=dict[str, Values]) if found else {}


def read(name: str) -> str:
    """The encrypted parameter `name` as it is now; empty when there is none."""
    try:
        answer = aws.call("ssm", "GetParameter", {"Name": name, "WithDecryption": True})
    except aws.AwsError as error:
        if error.code == "ParameterNotFound":
            return ""
        raise
    return str(answer["Parameter"]["Value"])


def write(name: str, value: str, key: str) -> None:
    """Let the parameter `name` be `value`, encrypted with the KMS key `key`."""
    payload = {"Name": name, "Value": value, "Type": "SecureString", "KeyId": key}
    aws.call("ssm", "PutParameter", payload | {"Overwrite": True})
