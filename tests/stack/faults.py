"""Messages while functions are killed and queue messages are deleted: nothing lost or doubled."""

import json
import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import pairwise
from uuid import UUID

from switchboard.frame.attempt import MAX_ATTEMPTS
from switchboard.phrases import say
from tests.stack.chats import Webhook
from tests.stack.killer import Killer
from tests.stack.logs import Logs
from tests.stack.rows import QUEUES
from tests.stack.setting import WEB_ROOMS, Setting
from tests.stack.thief import Thief

CREATE = '/calendar events.create "{title}" start="2032-05-05 12:00"'
FIRST_ROOM = 500
LINES = 4
"""Senders that write at the same time."""
IN_A_ROW = 3
"""Messages that a sender writes in one conversation before it goes to the next."""
MAX_WAITING = 12
"""Effects that are waited for; so in a conversation about three messages queue at a time."""
MAX_CALLS = 6
"""Of the tool at the same time, as each new environment costs the local Lambda seconds. It loses
what is over that for long: a fault more, which the sweep makes good."""
TRIES, AGAIN_SECONDS = 20, 0.5
"""How often, and after how long, a platform sends a webhook again."""
COPIES = 2
"""Of every envelope."""
HELD_SECONDS = 5
"""After so long the queues give out again what a killed function has held."""
STUCK_SECONDS = 10.0
"""A row that nobody has moved for so long is waited for no longer: its time is made to pass."""
LOOK_SECONDS, PAUSE_SECONDS = 1.0, 0.05
BOUND_SECONDS = 480.0
OK, SERVER_ERROR = 200, 500
UNKNOWN = say("unknown_outcome", "en", tool="calendar", operation="events.create", ref="")
UNKNOWN = UNKNOWN.partition(" `/check")[0]
"""How the answer begins about a call that may have happened."""

Writer = Callable[[str], Webhook]


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of the messages: moments at which each title was told, and was written."""

    answers: dict[str, list[float]]
    marked: dict[str, int]
    """Answers that say themselves that they may be the second."""
    effects: dict[str, list[float]]


@dataclass
class Report:
    """Counts; `wrong` says what is not as it should be."""

    messages: int = 0
    answers: int = 0
    effects: int = 0
    out_of_order: int = 0
    killed: int = 0
    deleted: int = 0
    wrong: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if name != "wrong"}


class Ordeal:
    """Some conversations, each with its changes one after the other, all at the same time."""

    def __init__(self, setting: Setting, size: tuple[int, int], tell: Callable[[str], None]):
        conversations, self._turns = size
        self._setting = setting
        self._tell = tell
        self._name = f"Ordeal{secrets.token_hex(3)}"  # a kept stack has those of earlier runs
        self._writers = list(_writers(setting, conversations))
        self._said: list[list[Webhook]] = [[] for _ in self._writers]
        self._repeated = 0
        self._before = len(setting.vendor.created)
        self._over = threading.Event()
        self._refused: list[str] = []

    def run(self, seed: int) -> Report:
        """Say everything amid faults, let the sweep do the rest, and look at what came of it."""
        setting, began = self._setting, time.monotonic()
        with (
            setting.rows.hurried(HELD_SECONDS),
            setting.rows.limited("calendar", MAX_CALLS),
            Killer(setting, seed) as killer,
            Thief(setting, "InboxUrl", lambda: COPIES * self._messages) as inbox,
            Thief(setting, "HintsUrl", lambda: 0) as hints,
            Thief(setting, "OutboxUrl", lambda: self._created) as outbox,
        ):
            with ThreadPoolExecutor(LINES) as pool:
                lines = [pool.submit(self._write, line, killer) for line in range(LINES)]
                try:
                    self._recover(lines, began + BOUND_SECONDS)
                finally:  # else those who wait for their turn would never end
                    self._over.set()
            self._refused += [str(line.exception()) for line in lines if line.exception()]
            report = self._judged()
        report.killed, report.deleted = (
            killer.killed,
            sum(one.deleted for one in (inbox, hints, outbox)),
        )
        if not (report.killed and inbox.deleted and outbox.deleted):
            report.wrong.append("there were no faults, so this shows nothing")
        self._tell(f"{time.monotonic() - began:.0f} s; {self._repeated} webhooks were sent again")
        self._tell(f"{killer.killed} killed, of them while at work {dict(killer.counts)}")
        for queue, thief in (("Inbox", inbox), ("Hints", hints), ("Outbox", outbox)):
            self._tell(f"{thief.deleted} of {thief.passed} messages of the {queue} deleted")
        return report

    def _write(self, line: int, killer: Killer) -> None:
        """One sender's conversations, in turn; what is refused is said again before the next."""
        for first in range(0, self._turns, IN_A_ROW):
            for number in range(line, len(self._writers), LINES):
                for turn in range(first, min(first + IN_A_ROW, self._turns)):
                    self._await_turn()
                    title = self._title(number, turn)
                    webhook = self._writers[number](CREATE.format(title=title))
                    self._said[number].append(webhook)
                    killer.message()
                    self._post(webhook)

    def _await_turn(self) -> None:
        while self._messages - self._created > MAX_WAITING:
            if self._over.wait(PAUSE_SECONDS):
                raise TimeoutError(f"{MAX_WAITING} effects are waited for in vain")

    def _post(self, webhook: Webhook) -> None:
        """Send a webhook as platforms do: the same bytes again until they are taken."""
        for _ in range(TRIES):
            try:
                said = self._setting.api.post(webhook)
            except (OSError, HTTPException):
                said = None
            if said and said.status == OK:
                return
            if said and said.status < SERVER_ERROR:
                break
            self._repeated += 1
            time.sleep(AGAIN_SECONDS)
        self._refused.append(f"a webhook of {webhook.channel} was not taken")

    def _recover(self, lines: list[Future[None]], deadline: float) -> None:
        """Let time pass for what is stuck, and sweep, until all is said and nothing left to do."""
        rows, swept = self._setting.rows, 0
        since: dict[tuple[UUID, str, str], float] = {}
        while time.monotonic() < deadline:
            said = all(line.done() for line in lines)
            busy = sum(map(rows.waiting, QUEUES))
            due = self._due()
            if said and not busy and not due:
                break
            now = time.monotonic()
            since = {row: since.get(row, now) for row in due}
            stuck = [row for row in due if now - since[row] > STUCK_SECONDS]
            for run, name, _ in stuck:
                rows.age(run, (name,))
            if stuck:
                swept += 1
                rows.sweep()
                self._tell(f"{self._messages} said, {self._created} effects, {len(stuck)} stuck")
            time.sleep(LOOK_SECONDS)
        self._tell(f"swept {swept} times; {len(self._due())} rows are left")

    @property
    def _messages(self) -> int:
        return sum(map(len, self._said))

    @property
    def _created(self) -> int:
        return len(self._setting.vendor.created) - self._before

    def _due(self) -> list[tuple[UUID, str, str]]:
        """Our rows that need something, with their state; of a conversation's ops the first."""
        due, found = self._setting.rows.due(), []
        for said in self._said:
            ops = [(one.run, "op#000") for one in said if (one.run, "op#000") in due][:1]
            answers = [(one.run, "answer#000") for one in said if (one.run, "answer#000") in due]
            found += [(*row, due[row]) for row in (*ops, *answers)]
        return found

    def _judged(self) -> Report:
        shown = self._shown()
        report = Report(messages=self._messages, wrong=list(self._refused))
        overtaken = 0
        for number, said in enumerate(self._said):
            titles = [self._title(number, turn) for turn in range(len(said))]
            for title, webhook in zip(titles, said, strict=True):
                answers, effects = len(shown.answers[title]), len(shown.effects[title])
                unmarked = answers - shown.marked[title]
                report.answers += max(unmarked, min(answers, 1))
                report.effects += effects
                if effects != 1 or not answers or unmarked > 1:
                    report.wrong.append(f"{title}: {effects} effects, {answers} answers")
                    self._explain(title, webhook)
            late = _inversions(titles, shown.effects)
            report.out_of_order += late
            report.wrong += [f"conversation {number}: {late} effects out of order"] * bool(late)
            overtaken += _inversions(titles, shown.answers)
        self._tell(f"{overtaken} answers came after a later one of their conversation")
        self._tell(f"{sum(shown.marked.values())} answers say that they may be the second")
        return report

    def _explain(self, title: str, webhook: Webhook) -> None:
        """Tell all that the ledger and the log know of a message, before the stack is gone."""
        self._tell(f"{title}, {webhook.channel}, is run {webhook.run}:")
        for row in self._setting.rows.all_of(webhook.run):
            self._tell(json.dumps(row, default=str, ensure_ascii=False))
        for line in Logs(self._setting.stack).story(webhook.run):
            self._tell(line)

    def _title(self, number: int, turn: int) -> str:
        return f"{self._name}x{number:02}x{turn:02}"

    def _shown(self) -> Shown:
        """What people have been told, each where they wrote, and what the calendar has got."""
        answers, marked = defaultdict(list), defaultdict(int)
        for number, said in enumerate(self._said):
            heard = self._heard(said)
            for turn, webhook in enumerate(said):
                title = self._title(number, turn)
                for text, at in heard[webhook.target]:
                    if title in text or (UNKNOWN in text and self._was_given_up(webhook)):
                        answers[title].append(at)
                        marked[title] += say("again", "en") in text
        effects, known = defaultdict(list), re.compile(rf"{self._name}x\d+x\d+")
        for text, at in self._setting.events():
            for found in known.findall(text)[:1]:
                effects[found].append(at)
        return Shown(answers, marked, effects)

    def _heard(self, said: list[Webhook]) -> dict[str, list[tuple[str, float]]]:
        """The answers in a conversation, and when they came, by what they answer."""
        setting, heard = self._setting, defaultdict(list)
        if said and said[0].channel == "web":
            found = [(one.target, one) for one in setting.mailbox.everything(said[0])]
        else:
            found = [(each.target, one) for each in said for one in setting.messages(each)]
        for target, one in found:
            heard[target].append((one.text, one.at))
        return heard

    def _was_given_up(self, webhook: Webhook) -> bool:
        """Whether each try of the call was lost: no more are made, and the person is told so."""
        row = self._setting.rows.row(webhook.run, "op#000") or {}
        return row.get("state") == "UNKNOWN" and int(row["attempt"]) > MAX_ATTEMPTS


def _inversions(titles: list[str], moments: dict[str, list[float]]) -> int:
    """How many of them happened before the one that should have been before them."""
    found = [min(moments[title]) for title in titles if moments[title]]
    return sum(after < before for before, after in pairwise(found))


def _writers(setting: Setting, conversations: int) -> Iterator[Writer]:
    """One for each conversation, over all channels; the chat page has few rooms."""
    chats = (setting.slack, setting.feishu, setting.telegram, setting.web)
    for number in range(conversations):
        room, channel = divmod(number, len(chats))
        if channel == len(chats) - 1:
            if room < WEB_ROOMS:
                yield lambda text, room=room: setting.web.write(text, room)
                continue
            channel = room % (len(chats) - 1)
        chat = chats[channel]
        yield lambda text, chat=chat, room=FIRST_ROOM + number: chat.write(text, room)
