"""`make deploy STAGE=prod`: look first, then build with bytecode, and deploy to AWS.

What may be told, each on make's command line or in the environment:

    STAGE         a stage of samconfig.toml: dev, if nothing is said, or prod
    RUNTIME       the Python to build for and run on: python3.11, python3.12 or python3.13;
                  else the template's (3.13), else the latest of the others that is on the PATH.
                  3.14 is none of them: chardetng-py 0.3.5 has no wheel of it for arm64
    ARCHITECTURE  arm64, if nothing is said, or x86_64
    AWS_PROFILE, AWS_DEFAULT_REGION and all else that AWS's own tools read

At a terminal it asks for the stage, the profile and the region where they are not told.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3

from cli import problems
from cli.problems import CommandError
from local.deployment import BUILT, SAM, alone, finish
from local.machine import Machine, MachineError, wanted

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
PRICES = {"KMS::Key": 1.00, "CloudWatch::Alarm": 0.10, "Lambda::EventSourceMapping": 0.32}
"""US dollars a month for what costs also when it is idle, in us-east-1, without free allowances;
for a mapping 650,000 requests that find its queue empty. Known by heart, not asked of AWS."""
NAMES = {
    "Serverless::Function": "functions",
    "Serverless::LayerVersion": "layers",
    "ApiGatewayV2::Api": "HTTP API",
    "SQS::Queue": "queues",
    "DynamoDB::Table": "table (on demand)",
    "S3::Bucket": "bucket",
    "KMS::Key": "key",
    "Logs::LogGroup": "log group",
    "CloudWatch::Alarm": "alarms",
    "SNS::Topic": "topic for them",
}


def main(told: str) -> int:
    try:
        stacks = _stacks()
        stage = _stage(told, stacks)
        machine = wanted(os.environ)
        account = _account()
        print(plan(stacks[stage], account, machine, Path("template.yaml").read_text("utf-8")))
        with alone():
            status = _sam("build", stage, machine)
            if not status:
                finish(machine)
                status = _sam("deploy", stage, machine)
    except (MachineError, *problems.EXPECTED) as error:
        return _fail(problems.line(error))
    except (KeyboardInterrupt, EOFError):
        return _fail("stopped; `make deploy` goes on from there.")
    if status:
        return _fail("sam says above what is wrong; `make deploy` goes on from there.")
    print(following(stacks[stage]))
    return 0


def plan(stack: str, account: str, machine: Machine, template: str) -> str:
    """What will be there, and what it costs while nobody talks."""
    there = re.findall(r"^    Type: AWS::(\S+)$", template, re.MULTILINE)
    parts = ", ".join(f"{there.count(kind)} {name}" for kind, name in NAMES.items())
    cost = sum(there.count(kind) * price for kind, price in PRICES.items())
    return f"""
Stack {stack} in {account}, {machine.runtime} on {machine.architecture}:
  {parts}
Idle it costs about {cost:.2f} USD a month, by prices that were not asked of AWS: in us-east-1,
without free allowances, a key 1.00, each alarm 0.10, each polled queue 0.32.
Table, bucket, log group and key outlive the stack.
Nothing is created before it is built, in a minute or two; Ctrl-C stops.
"""


def following(stack: str) -> str:
    """The commands from here to the chat page."""
    command = f"  .venv/bin/switchboard --stack {stack}"
    return f"""
Next, the chat page and its first person:
{command} connect web/main session_secret=$(openssl rand -hex 32)
{command} pair web/main/ada ada --role admin
{command} link ada
"""


def _stacks() -> dict[str, str]:
    """The name of each stage's stack."""
    config = tomllib.loads(Path("samconfig.toml").read_text(encoding="utf-8"))
    return {
        stage: one["global"]["parameters"]["stack_name"]
        for stage, one in config.items()
        if isinstance(one, Mapping) and stage != "default"
    }


def _stage(told: str, stacks: Mapping[str, str]) -> str:
    stage = told or _asked(f"Stage ({', '.join(stacks)})", "dev")
    if stage not in stacks:
        raise CommandError(f"there is no stage {stage}: STAGE is {' or '.join(stacks)}.")
    return stage


def _account() -> str:
    """The account and region that the environment leads to; asked for where it leads to none.

    What is answered goes into the environment, for all that follows. Raises what AWS's client
    raises when it cannot sign in.
    """
    session = _session()
    if session.get_credentials() is None:
        if not (sys.stdin.isatty() and session.available_profiles):
            raise CommandError(f"{problems.SIGN_IN}; nothing was built.")
        profiles = session.available_profiles
        os.environ["AWS_PROFILE"] = _asked(f"AWS profile ({', '.join(profiles)})", profiles[0])
        session = _session()
    region = session.region_name or os.environ.get("AWS_REGION") or _asked("AWS region", "")
    if not region:
        raise CommandError(f"{problems.REGION}; nothing was built.")
    if not REGION.fullmatch(region):
        raise CommandError(f"{region} is no AWS region: write one like eu-central-1.")
    os.environ["AWS_DEFAULT_REGION"] = region
    with closing(session.client("sts", region_name=region)) as sts:
        found = sts.get_caller_identity()
    return f"account {found['Account']}, {region}"


def _session() -> Any:
    return boto3.session.Session()  # type: ignore[no-untyped-call]


def _asked(what: str, default: str) -> str:
    """What is answered at a terminal; the default elsewhere, and when nothing is."""
    if not sys.stdin.isatty():
        return default
    return input(f"{what}{f' [{default}]' if default else ''}: ").strip() or default


def _sam(command: str, stage: str, machine: Machine) -> int:
    """Raises FileNotFoundError when the command line is not installed."""
    BUILT.unlink(missing_ok=True)  # `make run` builds anew for this machine
    given = ["--config-env", stage, "--parameter-overrides", machine.overrides]
    return subprocess.run(
        [str(SAM), command, *given], env=machine.environment, check=False
    ).returncode


def _fail(why: str) -> int:
    print(f"make deploy: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
