"""`python -m tests.bench.load`: messages a second through the real handlers, AWS in memory.

All is on: webhooks are signed and verified, calls are in the ledger and audited, answers are
rendered and pushed. What the platforms do, such as signing, is not timed. One process, processor
time. Other work on the machine only adds to it, so the budget is missed when three quarters of
the waves miss it. The last line is JSON.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

from tests.kit import build, environment, webhooks
from tests.kit.fakes import SERVICES
from tests.kit.vendors import Vendor

MESSAGES, CONVERSATIONS, WAVE = 10_000, 200, 50
"""`WAVE` messages come together, before any is worked off."""
BURST = 1_000
"""Messages that come together, which only hints may work off: none is left to the sweep."""
FLOOR = 300
"""Messages per second and core."""
READS = {"notes.list": 3, "notes.export": 1}
CHANGES = {"title.set": 3, "notes.add": 4, "notes.post": 4, "letters.send": 4}
CHATS = ("web", "telegram", "feishu", "slack")


class Desk(Vendor):
    """Does not read all notes for every list: that would be the vendor's time, not ours."""

    def notes(self, word: str) -> list[str]:
        return self.ports.through("desk.notes.list", lambda: [word])


def main() -> int:
    figures, burst = measure(MESSAGES), measure(BURST, BURST)
    print(f"{figures['messages_per_second']:.0f} messages per second and core, budget {FLOOR}")
    print(f"{burst['swept']} of {BURST} messages at once were left to the sweep")
    print(json.dumps(figures | {"burst": burst}))
    good = done(figures) and done(burst) and not burst["swept"]
    return 0 if good and figures["quicker_waves"] >= FLOOR else 1


def done(figures: Mapping[str, float]) -> bool:
    """Whether all was answered, and done once."""
    told = (figures["answers"], figures["effects"])
    return told == (figures["messages"], figures["changes"])


def _is_file(post: Any) -> bool:
    """Feishu and Slack show an answer's files in messages of their own."""
    return post.payload.get("msg_type") == "file" or "files" in post.payload


def measure(messages: int, wave: int = WAVE) -> dict[str, float]:
    """Send that many, in waves, and wait for all answers after each; what it took.

    `swept` counts what is then left to the sweep: rows, queue messages, calls.
    """
    environment.provide()  # before the handlers are imported: they read it then
    from tests.kit.flow_driver import Flow  # noqa: PLC0415

    flow, times, rng = Flow(), list[float](), random.Random(1)
    flow.vendor = Desk(flow.ports)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), flow.running():
        for number in range(CONVERSATIONS):
            chat, sender, _ = _conversation(number)
            flow.pair(sender, channel=chat)
        flow.ports.calls.clear()
        for first in range(0, messages, wave):
            numbers = range(first, min(first + wave, messages))
            events = [_event(number, rng, flow.clock()) for number in numbers]
            began = time.process_time()
            for event in events:
                flow.webhook(event)
            flow.pump()
            times.append(time.process_time() - began)
        calls = sum(flow.ports.counted(SERVICES).values())
        letters = sum("letter" in row for row in flow.aws.table.found("mailbox#"))
        effects, swept = len(flow.vendor.effects), len(flow.outstanding())
    took, quick = sum(times), sorted(times)[len(times) // 4]
    return {
        "messages": messages,
        "changes": messages // 2,
        "answers": letters + sum(not _is_file(one) for one in flow.chat.posts),
        "effects": effects,
        "swept": swept,
        "seconds": round(took, 2),
        "messages_per_second": round(messages / took, 1),
        "quicker_waves": round(wave / quick, 1),
        "aws_calls": round(calls / messages, 2),
    }


def _conversation(number: int) -> tuple[str, str, Callable[..., Any]]:
    """The chat, who writes there, and what makes a webhook of a text."""
    chat = CHATS[number % len(CHATS)]
    if chat == "web":
        return chat, f"ada{number}", partial(webhooks.web, sub=f"ada{number}")
    if chat == "telegram":
        make = partial(webhooks.telegram, user=number + 1, chat=number + 1)
        return chat, str(number + 1), make
    if chat == "slack":
        return (
            chat,
            f"T1:U{number}",
            partial(webhooks.slack, user=f"U{number}", channel=f"D{number}"),
        )
    return (
        chat,
        f"t1:ou_{number}",
        partial(webhooks.feishu, user=f"ou_{number}", chat=f"oc_{number}"),
    )


def _event(number: int, rng: random.Random, now: float) -> Any:
    """Every other message changes something; `number` makes each unlike all others."""
    operations = CHANGES if number % 2 else READS
    operation = rng.choices(list(operations), list(operations.values()))[0]
    chat, _, make = _conversation(rng.randrange(CONVERSATIONS))
    ids = {
        "web": {"message": build.run_id(number), "now": now},
        "telegram": {"message": number + 1},
        "feishu": {"message": f"om_{number}", "now": now},
        "slack": {"ts": f"{int(now)}.{number:06}", "now": now},
    }
    return make(f"/desk {operation} note-{number}", **ids[chat])


if __name__ == "__main__":
    sys.exit(main())
