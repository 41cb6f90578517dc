"""The template as it is written and as SAM transforms it."""

from scripts.permissions.transformed import load, transformed

RAW = load()
TRANSFORMED = transformed()


def functions():
    """The deployed functions, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in TRANSFORMED["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    }
