"""The template as it is written."""

from functools import cache
from typing import Any

from scripts.permissions.transformed import load


@cache
def functions() -> dict[str, dict[str, Any]]:
    """The properties of our functions, by logical id."""
    return {
        name: one["Properties"]
        for name, one in load()["Resources"].items()
        if one["Type"] == "AWS::Serverless::Function"
    }
