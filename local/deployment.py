"""Build and deploy with the unmodified SAM command line, for the machine that this is."""

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError

from local.machine import HERE, Machine
from local.progress import give_up

SAM = Path(".venv-sam/bin/sam")
SOURCES = ("template.yaml", "samconfig.toml", "config", "functions", "layers", "web")
BUILD = Path(".aws-sam/build")
BUILT = BUILD.with_name("built")
"""The digest of the sources that the last finished build was of."""


def sources_digest() -> str:
    """Changes whenever anything changes that is deployed."""
    digest = hashlib.sha256(HERE.overrides.encode())
    for source in SOURCES:
        root = Path(source)
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file() and "__pycache__" not in path.parts and "compiled" not in path.parts:
                digest.update(f"{path}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Stacks that start at the same time build and deploy in turn: there is one build folder."""
    BUILD.parent.mkdir(exist_ok=True)
    with (BUILD.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(digest: str = "", machine: Machine = HERE) -> None:
    """`sam build`, then bytecode for what Lambda cannot write any for.

    With the sources' `digest`, nothing is done when the last build was of the same sources.
    """
    if digest and BUILT.exists() and BUILT.read_text(encoding="utf-8") == digest:
        return
    BUILT.unlink(missing_ok=True)
    _sam(["build", "--parameter-overrides", machine.overrides], machine.environment)
    finish(machine)
    BUILT.write_text(digest, encoding="utf-8")


def finish(machine: Machine) -> None:
    """What `sam build` leaves out: bytecode, and the built template's own defaults."""
    if strange := machine.strangers(BUILD):
        raise give_up(f"{strange[0]} is not for {machine.runtime} on {machine.architecture}.")
    compiler = [machine.python, "-m", "compileall", "-q"]
    subprocess.run([*compiler, "--invalidation-mode", "unchecked-hash", str(BUILD)], check=True)
    machine.bake(BUILD / "template.yaml")


def deploy(stack: str, env: Mapping[str, str]) -> None:
    command = ["deploy", "--no-progressbar", "--stack-name", stack]
    _sam([*command, "--parameter-overrides", HERE.overrides], {**HERE.environment, **env})


def outputs(stack: str, env: Mapping[str, str]) -> dict[str, str]:
    """The stack's outputs; none when there is no such stack."""
    try:
        found = client("cloudformation", env).describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError:
        return {}
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


def stands(stack: str, found: Mapping[str, str], env: Mapping[str, str]) -> bool:
    """Whether all of the stack with these outputs is there: what could not be saved is not.

    The template may have changed since it was deployed, and is not asked.
    """
    pages = client("cloudformation", env).get_paginator("list_stack_resources")
    kinds = [
        one["ResourceType"]
        for page in pages.paginate(StackName=stack)
        for one in page["StackResourceSummaries"]
    ]
    functions = client("lambda", env).list_functions()["Functions"]
    queues = client("sqs", env).list_queues().get("QueueUrls", [])
    tables = client("dynamodb", env).list_tables()["TableNames"]
    buckets = [one["Name"] for one in client("s3", env).list_buckets()["Buckets"]]
    return (
        len(functions) == kinds.count("AWS::Lambda::Function")
        and len(queues) == kinds.count("AWS::SQS::Queue")
        and found["LedgerTable"] in tables
        and found["ResultsBucket"] in buckets
    )


def mend(found: Mapping[str, str], env: Mapping[str, str]) -> None:
    """Do what the local CloudFormation silently leaves out, and make sure of what it should do."""
    # It speaks plain HTTP, which the bucket's policy refuses to everybody.
    client("s3", env).delete_bucket_policy(Bucket=found["ResultsBucket"])
    client("dynamodb", env).update_time_to_live(
        TableName=found["LedgerTable"],
        TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
    )
    routes = client("apigatewayv2", env).get_routes(ApiId=api_of(found))["Items"]
    if not routes:
        raise give_up("The HTTP API was deployed without its routes.")


def say_where(url: str, env: Mapping[str, str]) -> None:
    """Tell the functions that name our address to people the one where this machine answers."""
    functions = client("lambda", env)
    for one in functions.list_functions()["Functions"]:
        told = one.get("Environment", {}).get("Variables", {})
        if told.get("PUBLIC_URL", url) != url:
            changed = {"Variables": {**told, "PUBLIC_URL": url}}
            functions.update_function_configuration(
                FunctionName=one["FunctionName"], Environment=changed
            )


def api_of(found: Mapping[str, str]) -> str:
    """The id of the HTTP API: the first label of its host."""
    return str(urlsplit(found["Url"]).hostname).partition(".")[0]


def client(service: str, env: Mapping[str, str]) -> Any:
    """A boto3 client for the local AWS; its connection is kept."""
    names = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return _client(service, *(env[name] for name in names))


@cache
def _client(service: str, endpoint: str, region: str, key: str, secret: str) -> Any:
    return boto3.client(  # type: ignore[no-untyped-call]
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


def _sam(arguments: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [str(SAM), *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        said = "\n".join([line for line in lines if "FAILED" in line] + lines[-15:])
        raise give_up(f"`sam {' '.join(arguments)}` failed:\n{said}")
