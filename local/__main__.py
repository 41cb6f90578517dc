"""`make run`: the whole of Switchboard on this machine, until Ctrl-C."""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from local.progress import step
from local.stack import Stack

PORT = 4566


def main() -> int:
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    stack = Stack(Path(".state/run"), int(os.environ.get("PORT") or PORT))
    print("Switchboard on this machine:", flush=True)
    try:
        stack.start()
        with step("warming the functions up"):
            stack.warm()
        _tell(stack)
        stopped.wait()
    except KeyboardInterrupt:
        print(flush=True)
    finally:
        with step("stopping; everything is kept for the next run"):
            stack.stop()
    return 0


def _tell(stack: Stack) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    print(
        f"""
Open the chat page:
  {stack.chat_link()}
(`switchboard link` prints it again) and try:
  /help
  /calendar events.create "Team lunch" start="{tomorrow} 12:00" duration=60
  /document convert docx text="# Hello"
Webhooks go to {stack.url}/webhook/CHANNEL/ACCOUNT. Ctrl-C stops; the next run goes on from here.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
