"""Ingest with an account of every channel, over an AWS where only secrets can be read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from functions.ingest import app
from switchboard.cloud import aws
from switchboard.net import exchange
from switchboard.runtime import Runtime
from tests import signers
from tests.fuzzing.targets import AcceptedError, genuine
from tests.kit.chat import Chat
from tests.kit.clock import Clock
from tests.kit.ports import Ports


def transport(method: str, service: str, *asked: Any) -> bytes:
    if service != "ssm":
        raise AcceptedError(f"{service} was called")
    return json.dumps({"Parameter": {"Value": json.dumps(signers.accounts())}}).encode()


@contextmanager
def surrounded() -> Iterator[None]:
    with Runtime() as runtime:
        runtime.give(aws.transport, transport)
        runtime.give(exchange.current, Chat(Ports(Clock())))
        app._accounts()
        for name in {one.partition("/")[0] for one in signers.accounts()}:
            genuine(name)  # what a signer primes stays primed
        yield
