"""`make run`: the whole of Switchboard on this machine, until Ctrl-C."""

import fcntl
import os
import shutil
import signal
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from botocore.exceptions import BotoCoreError, ClientError

from local.progress import give_up, step
from local.stack import Stack

STATE = Path(".state/run")
PORT, FIRST, LAST = 4566, 1024, 65_534
SAVE_SECONDS = 2.0
LEAST_BYTES = 500 * 2**20
"""What building and a day of trying take at most."""
WATCH_SECONDS = 1.0


def main() -> int:
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    port = _port(os.environ.get("PORT", ""))
    with _alone(STATE):
        stack = Stack(STATE, port)
        print("Switchboard on this machine:", flush=True)
        try:
            _start(stack)
            _tell(stack)
            while not stopped.wait(WATCH_SECONDS):
                if not stack.emulator.alive:
                    print(
                        "The local AWS has ended; what it had saved is started again:", flush=True
                    )
                    stack.stop()
                    _start(stack)
        except KeyboardInterrupt:
            print(flush=True)
        finally:
            with step("stopping"):
                stack.stop()
        lost = stack.emulator.lost()
        print(f"Not all could be kept: {lost}" if lost else "Everything is kept for the next run.")
    return int(bool(lost))


def _start(stack: Stack) -> None:
    stack.start(save_seconds=SAVE_SECONDS)
    with step("warming the functions up"):
        stack.warm(tools=False)
    Thread(target=_warm_tools, args=(stack,), daemon=True).start()  # while the page is opened


def _warm_tools(stack: Stack) -> None:
    with suppress(BotoCoreError, ClientError):  # it is stopped meanwhile
        stack.warm(tools=True)


def _tell(stack: Stack) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    link = stack.chat_link()
    print(
        f"""
Open the chat page (`.venv/bin/switchboard link` prints it again):
  {link}
and try:
  /help
  /calendar events.create "Team lunch" start="{tomorrow} 12:00" duration=60
  /document convert docx text="# Hello"
Webhooks go to {stack.url}/webhook/CHANNEL/ACCOUNT. Ctrl-C stops; the next run goes on from here.
`make clean` removes all that was installed and kept.
""",
        flush=True,
    )
    if sys.stdout.isatty() and _has_browser(os.environ, sys.platform):
        webbrowser.open(link)


def _has_browser(told: Mapping[str, str], system: str) -> bool:
    """Whether the person in front of this machine would see a page that opens."""
    if told.get("CI"):
        return False
    if told.get("BROWSER") or told.get("DISPLAY") or told.get("WAYLAND_DISPLAY"):
        return True
    return system == "darwin" and not (told.get("SSH_CONNECTION") or told.get("SSH_TTY"))


def _port(told: str) -> int:
    """The port of the local AWS; the calendar server takes the next."""
    if not told:
        return PORT
    if not (told.isascii() and told.isdigit() and FIRST <= int(told) <= LAST):
        raise give_up(f"PORT={told} is no port: give a number from {FIRST} to {LAST}.")
    return int(told)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """One launcher at a time keeps its state in a folder, and there is room for it."""
    state.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(state).free
    if free < LEAST_BYTES:
        raise give_up(
            f"Only {free // 2**20} MB are free at {state}; {LEAST_BYTES // 2**20} are needed. "
            "`make clean` removes what was installed, built and kept here."
        )
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise give_up(
                "The stack of this folder runs already: `.venv/bin/switchboard link` opens it. "
                "End it with Ctrl-C where it runs; a second one needs a clone of its own."
            ) from None
        yield


if __name__ == "__main__":
    sys.exit(main())
