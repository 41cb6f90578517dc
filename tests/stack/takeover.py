"""A dispatch that is taken over: it writes rows and starts tools with its own role, as it likes."""

import os
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any
from uuid import uuid4

import boto3
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from msgspec import json, structs

from cli import stack as stacks
from local.stack import NAME
from switchboard.audit import digest
from switchboard.ledger import runs
from switchboard.ledger.runs import Planned
from switchboard.models import Command, encode
from switchboard.runtime import Runtime
from tests.kit import build
from tests.stack.setting import Setting

Clients = Callable[[str], AbstractContextManager[Any]]


class Role:
    """The rights of a function."""

    def __init__(self, setting: Setting, function: str) -> None:
        functions = setting.stack.client("lambda").list_functions()["Functions"]
        (role,) = (one["Role"] for one in functions if f"-{function}" in one["FunctionName"])
        sts = setting.stack.client("sts")
        given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        self._url = setting.stack.emulator.url
        self._given = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def __call__(self, service: str) -> AbstractContextManager[Any]:
        """An AWS client that has them."""
        session = boto3.Session(*self._given.values(), "us-east-1")
        return closing(session.client(service, endpoint_url=self._url))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """The shared package acts on the stack with them."""
        before = dict(os.environ)
        try:
            with Runtime():
                stacks.enter(NAME)
                os.environ.update(self._given)
                yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def claims_for(command: Command, manifest: str) -> dict[str, object]:
    """What approve would say in a grant for this call."""
    meta, now = command.params.meta, int(time.time())
    return {
        "iss": f"{NAME}/approve",
        "aud": f"{NAME}/tool/{meta.tool}",
        "sub": meta.actor,
        "approver": meta.actor,
        "op_id": str(command.id),
        "operation": command.method,
        "arguments": digest(command.params.arguments),
        "manifest": manifest,
        "shown": meta.shown,
        "iat": now,
        "exp": now + 120,
        "jti": uuid4().hex,
    }


def signed(claims: Mapping[str, object], role: Clients, key: str) -> str:
    """A grant of these claims, signed with what a role may: KMS refuses most."""
    head = json.encode({"alg": "ES256", "typ": "JWT"})
    said = b".".join(urlsafe_b64encode(one).rstrip(b"=") for one in (head, json.encode(claims)))
    with role("kms") as kms:
        found = kms.sign(
            KeyId=key, Message=said, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
        )
    numbers = decode_dss_signature(found["Signature"])
    mark = urlsafe_b64encode(b"".join(one.to_bytes(32, "big") for one in numbers)).rstrip(b"=")
    return b".".join((said, mark)).decode()


def planted(dispatch: Role, command: Command, grant: str = "", **other: Any) -> Command:
    """The call in a run of its own, as dispatch writes rows; with a grant, or with `other` facts
    of its own about who asked, and how it is to be approved."""
    run, asked_at = uuid4(), time.time()
    meta = structs.replace(
        command.params.meta, run=run, step=0, asked_at=asked_at, grant=grant, **other
    )
    planted = structs.replace(command, params=structs.replace(command.params, meta=meta))
    channel, account, conversation = meta.lane.split("/", 2)
    envelope = structs.replace(
        build.envelope("taken over", channel=channel, received_at=asked_at),
        id=run,
        account=account,
        conversation=conversation,
        reply_to=meta.reply_to,
    )
    with dispatch.taken():
        planned = [Planned(planted, changes=True)]
        assert runs.commit(envelope, planned, locale=meta.locale, audits=[], now=asked_at)
    return planted


def started(dispatch: Role, command: Command) -> str:
    """The state that the call is in after dispatch has started its tool with it."""
    with dispatch("lambda") as functions:
        name = f"{NAME}-tool-{command.params.meta.tool}"
        answer = functions.invoke(FunctionName=name, Payload=encode(command))
    return str(json.decode(answer["Payload"].read())["result"]["state"])


def another(command: Command) -> Command:
    """The same call with an id of its own."""
    return structs.replace(command, id=uuid4())
