"""What the smoke test says in the chats, and what it expects to come back."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPException
from itertools import count, cycle
from uuid import UUID

from tests.stack.chats import Said, Webhook
from tests.stack.logs import COMMAND, NOTICE, Logs
from tests.stack.mailbox import Letter
from tests.stack.measure import Times
from tests.stack.setting import WEB_ROOMS, Setting
from tests.stack.tour import Tour

FAR = date(2031, 1, 1)
ROOMS = 3
LINES = 4
"""Senders that the burst writes from at the same time."""
CHALLENGE = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
MAGIC = {"docx": b"PK\x03\x04", "pdf": b"%PDF-"}
OK = 200


class Traffic:
    def __init__(self, setting: Setting, tell: Callable[[str], None]) -> None:
        self.failures: list[str] = []
        self.messages = 0
        self.channels: set[str] = set()
        self.tools: set[str] = set()
        self._setting = setting
        self._tell = tell
        self.runs: list[UUID] = []
        """Of messages that called a tool."""
        self._days = count()
        self._commands = count(100)

    def attempt(self, step: Callable[[], None]) -> None:
        """Take a step; what cannot even be tried is one more failure."""
        try:
            step()
        except (OSError, AssertionError, LookupError, HTTPException) as error:
            self.check(False, f"{type(error).__name__}: {error}")

    def greet(self) -> None:
        """The platforms' set-up requests."""
        slack = self._setting.api.post(self._setting.slack.greeting(CHALLENGE))
        self.check((slack.status, slack.answer) == (OK, CHALLENGE.encode()), "Slack's challenge")
        feishu = self._setting.api.post(self._setting.feishu.greeting(CHALLENGE))
        answer = json.loads(feishu.answer) if feishu.status == OK else {}
        self.check(answer == {"challenge": CHALLENGE}, "Feishu's encrypted challenge")
        self._tell("both challenges are answered")

    def use_tools(self) -> None:
        """Each tool once, as somebody on the chat page would."""
        day = date(2030, 5, 6)
        made = self._ask(f'/calendar events.create "Smoke test" start="{day} 12:00" duration=30')
        self.check("Smoke test" in made.text, f"an event is created: {made.text}")
        listed = self._ask(f"/calendar events.list from={day} to={day}")
        self.check("Smoke test" in listed.text, f"the event is listed: {listed.text}")
        self.tools.add("calendar")
        self._tell("an event is created and listed")
        for kind, magic in MAGIC.items():
            letter = self._ask(f'/document convert {kind} text="# Hello, 世界"')
            files = [letter.download(name) for name in letter.files if name.endswith(kind)]
            good = bool(files) and files[0].startswith(magic)
            self.check(good, f"{kind} comes back: {letter.text}")
        self.tools.add("document")
        self._tell("Markdown is converted to docx and PDF, both can be downloaded")

    def take_turns(self, number: int, times: Times) -> None:
        """One message after the other, over all channels and rooms, each waited for."""
        began = time.perf_counter()
        writers = cycle(self._writers())
        for turn in range(-ROOMS * 5, number):  # the first ones are to warm up
            day = self._day()
            said = self._say(next(writers)(f"/calendar events.list from={day} to={day}"))
            answered = self._answered(said, day)
            if turn >= 0 and answered:
                vendor = self._setting.vendor.seconds_between(said.sent, answered)
                times.add(said, answered, vendor)
            if turn > 0 and turn % 50 == 0:
                self._tell(f"{turn} of {number} messages answered, one after the other")
        took = time.perf_counter() - began
        self._tell(f"{number} messages one after the other: {took:.0f} s")

    def burst(self, number: int) -> float:
        """Many messages at the same time: every answer arrives where it belongs; in how long."""
        began = time.perf_counter()
        writers, days = cycle(self._writers()), [self._day() for _ in range(number)]
        webhooks = [next(writers)(f"/calendar events.list from={day} to={day}") for day in days]
        with ThreadPoolExecutor(LINES) as pool:
            said = list(pool.map(self._say, webhooks))
        for one, day in zip(said, days, strict=True):
            self._answered(one, day)
        took = time.perf_counter() - began
        self._tell(f"{number} messages from {LINES} senders at once: {took:.1f} s")
        return round(took, 1)

    def visit_channels(self) -> None:
        """Every channel there is: its set-up, a command, a file each way."""
        began = time.perf_counter()
        tour = Tour(self._setting)
        tour.go()
        for wrong in tour.wrong.values():
            for what in wrong:
                self.check(False, what)
        self.messages += tour.messages
        self.runs += tour.runs
        logs = Logs(self._setting.stack)
        for what in (*logs.lost(tour.commands, COMMAND), *logs.lost(tour.notices, NOTICE)):
            self.check(False, what)
        good = {channel for channel, wrong in tour.wrong.items() if not wrong}
        self.channels |= good
        took = time.perf_counter() - began
        self._tell(f"{len(good)} of {len(tour.wrong)} channels, files both ways: {took:.0f} s")

    def check_records(self) -> None:
        """Every call is DONE, every answer SENT, every result stored."""
        rows = self._setting.rows
        for run in self.runs:
            states = [rows.state(run, "op#000"), rows.state(run, "answer#000")]
            self.check(states == ["DONE", "SENT"], f"run {run} is {states}")
            self.check(b'"text"' in rows.stored(run), f"run {run} has left no result")
        extra = sum(
            len(chat.double.messages)
            for chat in (self._setting.slack, self._setting.feishu, self._setting.telegram)
        )
        self._tell(f"{len(self.runs)} runs are DONE, SENT and stored; {extra} pushes to doubles")

    def _writers(self) -> list[Callable[[str], Webhook]]:
        """Ways to say something: every channel, several rooms of each."""
        setting = self._setting
        found: list[Callable[[str], Webhook]] = []
        for room in range(ROOMS):
            found += [
                lambda text, room=room: setting.slack.write(text, room),
                lambda text, room=room: setting.feishu.write(text, room),
                lambda text, room=room: setting.telegram.write(text, room),
                lambda text, room=room: setting.web.write(text, room % WEB_ROOMS),
                # A slash command has no thread: a room of its own tells its answer apart.
                lambda text: setting.slack.command(text, next(self._commands)),
            ]
        return found

    def _say(self, webhook: Webhook) -> Said:
        said = self._setting.api.post(webhook)
        self.check(said.status == OK, f"{webhook.channel} webhook: {said.status} {said.answer!r}")
        self.runs.append(webhook.run)
        self.messages += 1
        self.channels.add(webhook.channel)
        return said

    def _answered(self, said: Said, day: date) -> float:
        """When the answer came, by `time.perf_counter`; 0 when none or a wrong one did."""
        webhook, text = said.webhook, f"No events from {day}"
        try:
            found = (
                self._setting.letter(webhook)
                if webhook.channel == "web"
                else self._setting.wait_for_message(webhook)
            )
        except TimeoutError:
            self.check(False, f"no answer to {webhook.channel} {webhook.run}")
            return 0.0
        self.check(text in found.text, f"{webhook.channel} {webhook.run} got {found.text!r}")
        return found.at

    def _ask(self, text: str) -> Letter:
        return self._setting.letter(self._say(self._setting.web.write(text)).webhook)

    def _day(self) -> date:
        """A day of its own for each message, so that its answer can be no other's."""
        return FAR + timedelta(days=next(self._days))

    def check(self, good: bool, what: str) -> None:
        """What is not good is a failure, and is told."""
        if not good:
            self.failures.append(what)
            self._tell(f"FAILED: {what}")
