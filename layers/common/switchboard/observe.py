"""One JSON line per happening; a line with counts is also a CloudWatch metric (embedded format)."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import json

from switchboard.settings import TraceSettings

NAMESPACE = "Switchboard"

Fact = str | int | float | bool | None


def log(message: str, **facts: Fact) -> None:
    """Write one line: a constant lower-case phrase, everything variable as a key."""
    _write({"message": message, **facts})


def count(message: str, *, units: str = "Count", dimension: str = "", **counts: float) -> None:
    """Write one line whose `counts` CloudWatch also keeps as metrics, by `dimension` if given."""
    metrics = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": NAMESPACE,
                "Dimensions": [["dimension"] if dimension else []],
                "Metrics": [{"Name": name, "Unit": units} for name in counts],
            }
        ],
    }
    _write({"message": message, "dimension": dimension, "_aws": metrics, **counts})


@contextmanager
def segment(name: str) -> Iterator[None]:
    """Time a block as an X-Ray subsegment; the SDK is imported only when this trace is sampled."""
    if not TraceSettings.now().sampled:
        yield
        return
    from aws_xray_sdk.core import xray_recorder  # noqa: PLC0415  260 ms: only when it is used

    with xray_recorder.in_subsegment(name):  # type: ignore[no-untyped-call]
        yield


def _write(line: dict[str, object]) -> None:
    sys.stdout.write(json.encode(line).decode() + "\n")
    sys.stdout.flush()
