"""One JSON line per happening, with the ids of the message that it is about.

A line with metrics is also data of CloudWatch, in its embedded format. What a line says beside its
ids are constant phrases, numbers and names: no words of people, no secrets.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Literal, TypeVar
from uuid import UUID

from msgspec import json

from switchboard import metrics
from switchboard.errors import AppError
from switchboard.metrics import METRICS
from switchboard.settings import StackSettings, TraceSettings

NAMESPACE = "Switchboard"

Fact = str | int | float | bool | UUID | None
Level = Literal["INFO", "WARNING", "ERROR"]
Event = TypeVar("Event")
Answer = TypeVar("Answer")

_known: ContextVar[dict[str, str | UUID]] = ContextVar("known")


def stage(name: str) -> Callable[[Callable[[Event, Any], Answer]], Callable[[Event, Any], Answer]]:
    """Decorate a Lambda handler: its lines carry the stage, the request's id and its trace.

    What libraries log is written without their words, as soon as anybody has brought `logging`:
    nothing of ours needs it.
    """

    def decorate(handler: Callable[[Event, Any], Answer]) -> Callable[[Event, Any], Answer]:
        if "logging" in sys.modules:
            hush_libraries()

        @wraps(handler)
        def handle(event: Event, context: Any) -> Answer:
            if "logging" in sys.modules:
                hush_libraries()
            with scope():
                request = getattr(context, "aws_request_id", "")
                bind(stage=name, request=request, trace=TraceSettings.now().header)
                return _in_our_words(handler, event, context)

        return handle

    return decorate


def _in_our_words(handler: Callable[[Event, Any], Answer], event: Event, context: Any) -> Answer:
    """Lambda logs what a handler raises, naming no run: the words must be ours, and have a line."""
    try:
        return handler(event, context)
    except AppError as error:
        warn("raised", detail=error.detail)
        raise
    except Exception as error:  # noqa: BLE001  its words may be a person's or a vendor's
        unforeseen("raised", error)
        raise AppError(type(error).__name__) from None


def hush_libraries() -> None:
    """From now on a library that logs writes its name and the type of an error: not its words."""
    from switchboard import loggers  # noqa: PLC0415  it imports logging, for 5 ms

    loggers.hush(_library)


@contextmanager
def scope(**facts: str | UUID) -> Iterator[None]:
    """Every line of the block carries these facts, and what is bound in the block."""
    token = _known.set({**_known.get({}), **facts})
    try:
        yield
    finally:
        _known.reset(token)


def bind(**facts: str | UUID) -> None:
    """Every later line of the innermost scope carries these facts: `run`, `op`, `channel`, `tool`.

    `trace` is an X-Ray header, which what is sent from now on carries too; empty ones are none.
    """
    _known.get({}).update({name: value for name, value in facts.items() if value})


def trace() -> str:
    """The X-Ray header of the message at hand, for what is sent on its behalf; may be empty."""
    return str(_known.get({}).get("trace", ""))


def log(message: str, level: Level = "INFO", **facts: Fact) -> None:
    """Write one line: a constant lower-case phrase, everything variable as a key."""
    _write(level, message, facts)


def warn(message: str, **facts: Fact) -> None:
    """Write one line about what another try or an operator has to mend."""
    _write("WARNING", message, facts)


def unforeseen(message: str, error: BaseException) -> None:
    """Write one line about an error of a kind nobody foresaw: its type and place, not its words."""
    _write("ERROR", message, {"detail": type(error).__name__, "at": _place(error)})


def count(message: str, values: dict[metrics.Name, float], **facts: Fact) -> None:
    """Write one line whose `values` CloudWatch also keeps as metrics.

    It is a warning when anything went wrong: when a metric of the class `error` is not 0.
    """
    line = {**_known.get({}), **facts}
    found: dict[str, object] = {**facts, "Stack": StackSettings.load().stack}
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    wrong = False
    for name, value in values.items():
        metric, found[name] = METRICS[name], value
        wrong = wrong or (metric.kind == "error" and value != 0)
        groups.setdefault(metric.dimensions, []).append({"Name": name, "Unit": metric.unit})
        for one in metric.dimensions:
            found[one] = str(line.get(one.lower()) or "none")
    directives = [
        {"Namespace": NAMESPACE, "Dimensions": [["Stack", *names]], "Metrics": group}
        for names, group in groups.items()
    ]
    found["_aws"] = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}
    _write("WARNING" if wrong else "INFO", message, found)


@contextmanager
def segment(name: str) -> Iterator[None]:
    """Time a block as an X-Ray subsegment; the SDK is imported only when this trace is sampled."""
    if not TraceSettings.now().sampled:
        yield
        return
    from aws_xray_sdk.core import xray_recorder  # noqa: PLC0415  260 ms: only when it is used

    with xray_recorder.in_subsegment(name):  # type: ignore[no-untyped-call]
        yield


def _write(level: Level, message: str, facts: Mapping[str, object]) -> None:
    line = {"level": level, "message": message, **_known.get({}), **facts}
    if "trace" in line:
        line["trace"] = str(line["trace"]).partition("Root=")[2].partition(";")[0]
    sys.stdout.write(json.encode(line).decode() + "\n")
    sys.stdout.flush()


def _place(error: BaseException) -> str:
    """Where in the code it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""


def _library(level: Level, logger: str, error: str) -> None:
    _write(level, "library", {"logger": logger, "detail": error})
