"""`make invoke EVENT=ingest/web_message`: one event as Lambda runs it, for the stack of `make run`.

The function is the built one, under Lambda's own runtime client and interface emulator, with the
variables of the deployed one. Its example secrets stand beside the stack's own, which stay.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from cli import problems, stack, target
from cli.problems import CommandError
from local import deployment, events
from scripts.sign_events import SECRETS

CHANNELS = "/events/channels"
"""The parameter of what signs the events."""
SIGNED = {"Ingest", "Console"}


def main(name: str) -> int:
    name = name.removeprefix("events/").removesuffix(".json")
    try:
        if name not in events.names():
            listed = "\n  ".join(events.names())
            print(f"make invoke EVENT=… takes one of\n  {listed}", file=sys.stderr)
            return 2
        answer = invoked(name)
    except problems.EXPECTED as error:
        print(f"make invoke: {problems.line(error)}", file=sys.stderr)
        return 1
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return int(isinstance(answer, dict) and "errorType" in answer)


def invoked(name: str) -> Any:
    """What the function answers; what it logs is printed to the error output.

    Raises CommandError when no stack runs, or the emulator cannot.
    """
    if sys.platform != "linux":
        raise CommandError("Lambda's emulator is a Linux program: events/README.md, With Docker")
    running = target.here()
    target.enter("")
    stack.enter(running.name)
    with deployment.alone():
        deployment.build(deployment.sources_digest())
    from local.rie import environment_of  # noqa: PLC0415  what is built is read as it is imported

    function = events.function_of(name)
    variables = _variables(running.name)
    own = variables[function] | running.environment
    if function in SIGNED:
        own["CHANNELS_PARAMETER"] = CHANNELS
        told = {"Name": CHANNELS, "Value": json.dumps(SECRETS), "Type": "SecureString"}
        stack.client("ssm").put_parameter(**told, Overwrite=True)
    dispatch = variables["Dispatch"]
    arns = {"Inbox": dispatch["INBOX_ARN"], "Hints": dispatch["HINTS_ARN"]}
    bucket = stack.outputs(running.name)["ResultsBucket"]
    s3 = stack.client("s3")
    event = events.prepared(
        name, arns, lambda key, body: s3.put_object(Bucket=bucket, Key=key, Body=body)
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(function, Path(folder))
        environment.start(own)
        try:
            return environment.invoke(event)
        finally:
            environment.stop()
            print(environment.log, end="", file=sys.stderr)


def _variables(name: str) -> dict[str, dict[str, str]]:
    """The deployed functions' variables, by logical id."""
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
