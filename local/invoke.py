"""`make invoke EVENT=ingest/web_message`: one event as Lambda runs it, for the stack of `make run`.

The function is the built one, with the variables of the deployed one: in Lambda's container where
Docker is, else under Lambda's own runtime client and interface emulator. Its example secrets stand
beside the stack's own, which stay.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from cli import problems, stack
from local import docker, events
from local.workbench import Workbench


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

    Raises CommandError when no stack runs, or nothing can run the function.
    """
    bench = Workbench()
    bench.sign_as_events()
    function = events.function_of(name)
    dispatch = bench.variables["Dispatch"]
    arns = {"Inbox": dispatch["INBOX_ARN"], "Hints": dispatch["HINTS_ARN"]}
    bucket = stack.outputs(bench.running.name)["ResultsBucket"]
    s3 = stack.client("s3")
    event = events.prepared(
        name, arns, lambda key, body: s3.put_object(Bucket=bucket, Key=key, Body=body)
    )
    with tempfile.TemporaryDirectory() as folder:
        if docker.answers():
            return docker.invoked(bench, function, event, Path(folder))
        with bench.environment(function, Path(folder)) as environment:
            try:
                return environment.invoke(event)
            finally:
                print(environment.log, end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
