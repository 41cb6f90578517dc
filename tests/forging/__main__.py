"""Forge requests: `make forge N=200000`. The last line is one JSON object."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from ctypes import CDLL
from io import StringIO
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from switchboard.net import exchange
from switchboard.runtime import Runtime
from tests.kit import environment

environment.provide()

from functions.ingest import app  # noqa: E402  it reads the environment
from switchboard.channels import registry  # noqa: E402
from switchboard.cloud import aws  # noqa: E402
from tests import signers  # noqa: E402
from tests.contract.accounts import other  # noqa: E402
from tests.forging.forgeries import DAYS, KINDS, MAY_BE_GENUINE  # noqa: E402
from tests.kit.chat import Chat  # noqa: E402
from tests.kit.clock import Clock  # noqa: E402
from tests.kit.ports import Ports  # noqa: E402

WARM = 3_000
SEED = 20_261_124


class Forger:
    """Ingest under a clock that stands still, and genuine webhooks to make forgeries of."""

    def __init__(self, clock: Clock) -> None:
        self.calls = 0
        self.genuine = {name: _genuine(name, clock()) for name in registry.names()}
        self.former = {name: _genuine(name, clock() - DAYS) for name in registry.names()}
        for name in registry.names():  # again at last, for what a signer primes
            _genuine(name, clock())
        self.genuine_still = [
            (name, kind)
            for name in registry.names()
            for kind in sorted(getattr(signers.signer(name), "UNSIGNED", ()))
            if kind in MAY_BE_GENUINE
        ]
        self.pairs = [
            one for one in product(registry.names(), KINDS) if one not in self.genuine_still
        ]

    def transport(self, method: str, service: str, *asked: Any) -> bytes:
        if service == "ssm":
            return json.dumps({"Parameter": {"Value": json.dumps(_accounts())}}).encode()
        self.calls += 1
        return b'{"Successful":[{"Id":"0"}]}'

    def forged(self, pair: tuple[str, str], luck: Random) -> dict[str, Any]:
        name, kind = pair
        events = self.former[name] if kind == "stale" else self.genuine[name]
        return KINDS[kind](luck.choice(events), luck)

    def run(self, count: int, luck: Random) -> dict[str, Any]:
        accepted = errors = 0
        took = rss = 0.0
        event: dict[str, Any] = {}
        for number in range(-min(WARM, count), count):
            if number == 0:
                event = {}
                rss, took = _rss(), 0.0
            event = self.forged(self.pairs[number % len(self.pairs)], luck)
            began = time.perf_counter()
            answered = status(event)
            took += time.perf_counter() - began
            accepted += answered < 400
            errors += answered >= 500
        event = {}  # the last one is not growth
        return {
            "requests": count,
            "aws_calls": self.calls,
            "accepted": accepted,
            "server_errors": errors,
            "rss_growth_mb": round(max(0.0, _rss() - rss), 2),
            "us_per_request": round(took / count * 1e6, 1),
        }


def status(event: dict[str, Any]) -> int:
    """What ingest's handler answers; an exception is Lambda's 500."""
    try:
        return int(app.handler(event, None)["statusCode"])
    except Exception:  # noqa: BLE001  whatever it is, the platform would see a 5xx
        return 500


def _genuine(name: str, now: float) -> list[dict[str, Any]]:
    signer = signers.signer(name)
    made = [signer.message("/help", number=1, now=now), *getattr(signer, "HANDSHAKES", [])]
    return [*made, *(signer.signed(event, now=now) for event in signer.EVENTS)]


def _accounts() -> dict[str, dict[str, str]]:
    second = {name: other(signers.signer(name).VALUES, name) for name in registry.names()}
    return signers.accounts() | {f"{name}/second": values for name, values in second.items()}


def _rss() -> float:
    """Resident memory in MB, without what the allocator merely keeps of large requests."""
    CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


@contextmanager
def forging() -> Iterator[Forger]:
    clock = Clock()
    with clock.installed(), redirect_stdout(StringIO()):
        forger = Forger(clock)
        with Runtime() as runtime:
            runtime.give(aws.transport, forger.transport)
            runtime.give(exchange.current, Chat(Ports(clock)))
            yield forger


def main(count: int) -> int:
    with forging() as forger:
        found = forger.run(count, Random(SEED))
    for name, kind in forger.genuine_still:
        print(f"left out: {name} {kind}, for the platform does not sign that")
    print(json.dumps(found))
    return 1 if found["aws_calls"] or found["accepted"] or found["server_errors"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
