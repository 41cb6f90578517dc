"""Built functions on this machine, with the variables that the deployed ones of `make run` have."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import stack, target
from cli.problems import CommandError
from local import deployment
from scripts.sign_events import SECRETS

if TYPE_CHECKING:  # what is built is read as it is imported
    from local.rie import Environment

CHANNELS = "/events/channels"
"""The parameter of what signs the events; the stack's own stays as it is."""
SIGNED = {"Ingest", "Console"}


class Workbench:
    """The running stack, and a build of what its sources are now."""

    def __init__(self) -> None:
        """Raises CommandError when no stack runs."""
        self.running = target.here()
        target.enter("")
        stack.enter(self.running.name)
        with deployment.alone():
            deployment.build(deployment.sources_digest())
        self.variables = {
            name: variables | self.running.environment
            for name, variables in _variables(self.running.name).items()
        }
        """Of each deployed function, by logical id."""

    def sign_as_events(self) -> None:
        """Let the events' example secrets be those of whatever they are given to."""
        _put(CHANNELS, SECRETS)
        for name in SIGNED:
            self.variables[name]["CHANNELS_PARAMETER"] = CHANNELS

    def move(self, host: str) -> None:
        """Let the functions find what listens on this machine at another address of it."""
        for name, own in self.variables.items():
            own["AWS_ENDPOINT_URL"] = own["AWS_ENDPOINT_URL"].replace("127.0.0.1", host)
            if parameter := own.get("TOOL_PARAMETER"):
                tool = parameter.rpartition("/")[2]
                told = json.dumps(stack.parameter(self.running.name, f"tools/{tool}"))
                _put(f"/events/tools/{tool}", json.loads(told.replace("127.0.0.1", host)))
                self.variables[name]["TOOL_PARAMETER"] = f"/events/tools/{tool}"

    @contextmanager
    def environment(self, function: str, folder: Path) -> Iterator["Environment"]:
        """One execution environment without Docker; it writes into the folder.

        Raises CommandError where the emulator cannot run.
        """
        if sys.platform != "linux":
            raise CommandError("without Docker it takes Linux: Lambda's emulator is its program")
        from local.rie import environment_of  # noqa: PLC0415  what is built is read as it is imported

        made = environment_of(function, folder)
        made.start(self.variables[function])
        try:
            yield made
        finally:
            made.stop()


def _put(name: str, value: Any) -> None:
    told = {"Name": name, "Value": json.dumps(value), "Type": "SecureString"}
    stack.client("ssm").put_parameter(**told, Overwrite=True)


def _variables(name: str) -> dict[str, dict[str, str]]:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources")
    found = [
        one for page in pages.paginate(StackName=name) for one in page["StackResourceSummaries"]
    ]
    functions = stack.client("lambda")
    return {
        one["LogicalResourceId"]: functions.get_function_configuration(
            FunctionName=one["PhysicalResourceId"]
        )["Environment"]["Variables"]
        for one in found
        if one["ResourceType"] == "AWS::Lambda::Function"
    }
