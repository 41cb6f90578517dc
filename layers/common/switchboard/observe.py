"""One JSON line per happening, with the ids of the message that it is about.

A line with metrics is also data of CloudWatch, in its embedded format. What a line says beside its
ids are constant phrases, numbers and names: no words of people, no secrets.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import cache, wraps
from typing import Any, Literal, TypeVar
from uuid import UUID

from msgspec import Raw, json

from switchboard import metrics
from switchboard.errors import AppError
from switchboard.metrics import METRICS
from switchboard.settings import StackSettings, TraceSettings

NAMESPACE = "Switchboard"
OURS = ("functions.", "switchboard.")
"""The packages of our own code."""

Fact = str | int | float | bool | UUID | None
Known = str | UUID | float
Level = Literal["INFO", "WARNING", "ERROR"]
Event = TypeVar("Event")
Answer = TypeVar("Answer")

_known: ContextVar[dict[str, Known]] = ContextVar("known")


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
            facts: dict[str, Known] = {"stage": name}
            if request := getattr(context, "aws_request_id", ""):
                facts["request"] = request
            if header := TraceSettings.now().header:
                facts["trace"] = header
            with _Scope(facts):
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


class _Scope:
    """As contextlib would make it, in a third of the time: there is one around every message."""

    __slots__ = ("_facts", "_token")
    _token: Token[dict[str, Known]]

    def __init__(self, facts: dict[str, Known]) -> None:
        self._facts = facts

    def __enter__(self) -> None:
        self._token = _known.set(_known.get({}) | self._facts)

    def __exit__(self, *raised: object) -> None:
        _known.reset(self._token)


def scope(**facts: Known) -> _Scope:
    """Every line of the block carries these facts, and what is bound in the block."""
    return _Scope(facts)


def bind(**facts: Known) -> None:
    """Every later line of the innermost scope carries these facts: `run`, `op`, `channel`, `tool`.

    `trace` is an X-Ray header, which what is sent from now on carries too, and `queue_ms` how long
    the message waited in its queue. What is empty is not known.
    """
    known = _known.get({})
    for name, value in facts.items():
        if value:
            known[name] = value


def trace() -> str:
    """The X-Ray header of the message at hand, for what is sent on its behalf; may be empty."""
    return str(_known.get({}).get("trace", ""))


def queue_ms() -> float:
    """How long the message at hand waited in its queue; 0 when it came from none."""
    found = _known.get({}).get("queue_ms")
    return found if isinstance(found, float) else 0.0


def log(message: str, level: Level = "INFO", **facts: Fact) -> None:
    """Write one line: a constant lower-case phrase, everything variable as a key."""
    _write({"level": level, "message": message, **_known.get({}), **facts})


def warn(message: str, **facts: Fact) -> None:
    """Write one line about what another try or an operator has to mend."""
    log(message, "WARNING", **facts)


def unforeseen(message: str, error: BaseException) -> None:
    """Write one line about an error of a kind nobody foresaw: its type and place, not its words."""
    log(message, "ERROR", **whereabouts(error))


def whereabouts(error: BaseException) -> dict[str, str]:
    """What may be told of an error that nobody foresaw: its type, and `at`, where it was met.

    That is the last place in our own code and, behind it, where a library raised, each as
    `module:line function`.
    """
    ours = raised = ""
    trace = error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        raised = f"{module}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}"
        if module.startswith(OURS):
            ours = raised
        trace = trace.tb_next
    return {
        "detail": type(error).__name__,
        "at": " > ".join(filter(None, dict.fromkeys((ours, raised)))),
    }


def count(message: str, values: dict[metrics.Name, float], **facts: Fact) -> None:
    """Write one line whose `values` CloudWatch also keeps as metrics.

    It is a warning when anything went wrong: when a metric of the class `error` is not 0.
    """
    line: dict[str, object] = {"level": "INFO", "message": message, **_known.get({}), **facts}
    for one, value in values.items():
        line[one] = value
        if value and METRICS[one].kind == "error":
            line["level"] = "WARNING"
    line["Stack"] = StackSettings.load().stack
    dimensions, directives = _embedded(tuple(values))
    for name in dimensions:
        line[name] = str(line.get(name.lower()) or "none")
    line["_aws"] = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}
    _write(line)


@cache
def _embedded(names: tuple[metrics.Name, ...]) -> tuple[list[str], Raw]:
    """The dimensions of the metrics besides the stack, and what their line tells CloudWatch."""
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for name in names:
        metric = METRICS[name]
        groups.setdefault(metric.dimensions, []).append({"Name": name, "Unit": metric.unit})
    directives = [
        {"Namespace": NAMESPACE, "Dimensions": [["Stack", *dimensions]], "Metrics": group}
        for dimensions, group in groups.items()
    ]
    return [one for dimensions in groups for one in dimensions], Raw(json.encode(directives))


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
    if "trace" in line:
        line["trace"] = str(line["trace"]).partition("Root=")[2].partition(";")[0]
    sys.stdout.write(json.encode(line).decode() + "\n")
    sys.stdout.flush()


def _library(level: Level, logger: str, error: str) -> None:
    log("library", level, logger=logger, detail=error)
