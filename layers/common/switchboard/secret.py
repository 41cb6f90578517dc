"""Secrets and connection values: encrypted parameters of the stack."""

from functools import cache

from msgspec import json

from switchboard import aws

Values = dict[str, str]


def read(name: str) -> str:
    """The text of the encrypted parameter `name` as it is now; empty when there is none.

    A stack may be deployed before anything is connected, so a missing parameter is not an error:
    a channel or tool without its secrets is simply not there.
    """
    try:
        answer = aws.call("ssm", "GetParameter", {"Name": name, "WithDecryption": True})
    except aws.AwsError as error:
        if error.code == "ParameterNotFound":
            return ""
        raise
    return str(answer["Parameter"]["Value"])


@cache
def parameter(name: str) -> dict[str, Values]:
    """The encrypted parameter `name` as tables of names and values, read once per environment."""
    text = read(name)
    return json.decode(text, type=dict[str, Values]) if text else {}
