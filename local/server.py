"""The local AWS as `make run` needs it: ministack, with what it leaves out.

Run by its own environment's Python, so that nothing of ours is imported here.

Asynchronous calls take turns. On AWS they wait in a queue of the function's, for hours, while no
environment is free (AWS Lambda Developer Guide, "How Lambda handles errors and retries with
asynchronous invocation"). ministack starts one for each at once: on few processors dozens that
start together take minutes, and keep everything else waiting.

State is saved as it goes. By itself ministack saves only when it is stopped: killing it would lose
all since it was started. And what a function had received when state was saved is nobody's when it
is loaded: it would keep its conversation waiting until it is visible again.
"""

import json
import logging
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from contextvars import ContextVar
from importlib import import_module
from typing import Any

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Asynchronous calls of one function at the same time."""
SECONDS = float(os.environ.get("SAVE_SECONDS", "0"))
"""Between two saves: what is younger may be lost with the process. 0: only when it is told to."""
CHANGING = ("dynamodb", "sqs", "ssm", "s3")
"""Services whose state changes with use; S3 keeps its objects in files at once."""

ready, deployed = threading.Event(), threading.Event()
"""What was saved is loaded; and what the launcher has deployed is there."""
saving = threading.Lock()
"""Held by whoever writes; for good by the last, when it stops."""


def main() -> int:
    app = import_module("ministack.app")
    _take_turns(import_module("ministack.services.lambda_svc"))
    _let_go_when_loaded(import_module("ministack.services.sqs"))
    _save_as_it_goes(app, import_module("ministack.core.persistence"))
    started: int = app.main()
    return started


def _take_turns(service: Any) -> None:
    """Let what ministack starts for an asynchronous call wait before each of its tries."""
    start, execute = service.invoke_async_with_retry, service._execute_function  # noqa: SLF001
    waits = ContextVar("waits", default=False)
    turns: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(AT_ONCE))

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


def _let_go_when_loaded(service: Any) -> None:
    """Let received messages be received again at once: who had them ended with their state."""
    load = service.load_persisted_state

    def loaded(data: Any) -> None:
        load(data)
        for queue in service._queues._data.values():  # noqa: SLF001  of all accounts
            for message in queue["messages"]:
                if message["receive_count"]:
                    message["visible_at"] = time.time()

    service.load_persisted_state = loaded


def _save_as_it_goes(app: Any, persistence: Any) -> None:
    """Save what changes now and then, and everything when the launcher has deployed."""
    save_all = app.save_all

    def save_last(services: Any) -> None:
        saving.acquire()
        save_all(services)

    app.save_all = save_last
    signal.signal(signal.SIGUSR1, lambda *_: ready.set())
    signal.signal(signal.SIGUSR2, lambda *_: deployed.set())
    threading.Thread(target=_save, args=(app, persistence), daemon=True).start()


def _save(app: Any, persistence: Any) -> None:
    written: dict[str, str] = {}
    ready.wait()  # before, there is less than was saved
    while True:
        whole = deployed.wait(SECONDS or None)
        deployed.clear()
        states = app._build_persistence_save_dict()  # noqa: SLF001  as at its own stop
        for name, get_state in states.items():
            if not whole and name not in CHANGING:
                continue
            try:
                state = get_state()
                text = json.dumps(state, default=persistence._json_default)  # noqa: SLF001
            except RuntimeError:  # it changes at this moment: the next time
                logging.getLogger("persistence").info("%s is saved later", name)
                continue
            if state is not None and written.get(name) != text:
                with saving:
                    persistence.save_state(name, state)
                written[name] = text if name in CHANGING else ""


if __name__ == "__main__":
    sys.exit(main())
