"""Secrets and connection values: encrypted parameters of the stack, read once per environment."""

from functools import cache

from msgspec import json

from switchboard import aws

Values = dict[str, str]


@cache
def parameter(name: str) -> dict[str, Values]:
    """The encrypted parameter `name`: tables of names and values; empty when there is none.

    A stack may be deployed before anything is connected, so a missing parameter is not an error:
    a channel or tool without its secrets is simply not there.
    """
    try:
        answer = aws.call("ssm", "GetParameter", {"Name": name, "WithDecryption": True})
    except aws.AwsError as error:
        if error.code == "ParameterNotFound":
            return {}
        raise
    return json.decode(answer["Parameter"]["Value"], type=dict[str, Values])
