"""The local AWS, in which a function's asynchronous calls take turns.

On AWS they wait in a queue of the function's, for hours, while no environment is free (AWS Lambda
Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"). ministack
starts one for each at once: on few processors dozens that start together take minutes, and keep
everything else waiting. It is run by its own Python, so that nothing of ours is imported here.
"""

import os
import sys
from collections import defaultdict
from contextvars import ContextVar
from importlib import import_module
from threading import Semaphore
from typing import Any

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Asynchronous calls of one function at the same time."""


def main() -> int:
    _take_turns(import_module("ministack.services.lambda_svc"))
    started: int = import_module("ministack.app").main()
    return started


def _take_turns(service: Any) -> None:
    """Let what ministack starts for an asynchronous call wait before each of its tries."""
    start, execute = service.invoke_async_with_retry, service._execute_function  # noqa: SLF001
    waits = ContextVar("waits", default=False)
    turns: defaultdict[str, Semaphore] = defaultdict(lambda: Semaphore(AT_ONCE))

    def started(function: Any, event: Any) -> None:
        before = waits.set(True)  # the thread that it starts has a copy of this context
        try:
            start(function, event)
        finally:
            waits.reset(before)

    def executed(function: Any, event: Any) -> Any:
        if not waits.get():
            return execute(function, event)
        before = waits.set(False)  # it may call itself
        try:
            with turns[(function.get("config") or function)["FunctionName"]]:
                return execute(function, event)
        finally:
            waits.reset(before)

    service.invoke_async_with_retry, service._execute_function = started, executed  # noqa: SLF001


if __name__ == "__main__":
    sys.exit(main())
