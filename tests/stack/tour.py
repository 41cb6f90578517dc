"""Every channel once: its set-up, a command, and a file each way where it has files."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPException
from itertools import count
from threading import Semaphore
from typing import Any
from urllib.request import urlopen
from uuid import UUID

from switchboard.channels import registry
from switchboard.errors import AppError
from switchboard.models import Envelope
from switchboard.phrases import locale_of, say
from tests.doubles.forms import File
from tests.doubles.server import Message
from tests.kit.channels import webhook
from tests.kit.platforms import Platform
from tests.stack.greetings import TAKEN, ended, greetings, poll
from tests.stack.rows import wait_until
from tests.stack.setting import Setting

FIRST = date(2041, 1, 1)
LINES = 4
"""Channels that are used at the same time."""
CONVERSIONS = 2
"""Files that are worked on at the same time: each takes a processor, and an environment that takes
the local Lambda 230 MB of disk."""
SECONDS = 60.0
NOTE = File("note.md", "text/markdown", "# Minutes\n\nWe met, 我们见过面。\n".encode())
PICTURE = File(
    "picture.png",
    "image/png",
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c63f8cfc0f01f00050001ff5605f1e60000000049454e44ae426082"
    ),
)
READ, CONVERT = "/document text.extract", '/document convert docx text="# Hello, 世界"'
DOCX = b"PK\x03\x04"
LINK = re.compile(r"https?://[^\s)>|\]]+\.docx\?[^\s)>|\]]+")
OK = 200


class Tour:
    """What is wrong is kept by channel; a channel with nothing wrong has an empty list."""

    def __init__(self, setting: Setting) -> None:
        self.wrong: dict[str, list[str]] = {name: [] for name in registry.names()}
        self.runs: list[UUID] = []
        """Those of messages that called a tool, which did what it was asked."""
        self.commands: dict[str, UUID] = {}
        """One of each channel that takes commands."""
        self.notices: dict[str, UUID] = {}
        """One event of each channel that tells of some."""
        self.messages = 0
        self._setting = setting
        self._room = Semaphore(CONVERSIONS)
        self._days = count()
        self._numbers = count(int(time.time()))  # a kept stack has those of earlier tours

    def go(self) -> None:
        """Connect and use all channels, some at the same time."""
        for platform in self._setting.platforms.values():
            platform.connect(self._setting.stack)
        with ThreadPoolExecutor(LINES) as pool:
            list(pool.map(self._visit, registry.names()))

    def _visit(self, channel: str) -> None:
        for step in self._steps(channel):
            try:
                step()
            except (OSError, AssertionError, LookupError, ValueError, HTTPException, AppError) as e:
                self.wrong[channel].append(f"{channel}: {type(e).__name__}: {e}")

    def _steps(self, channel: str) -> Iterator[Callable[[], None]]:
        if channel == "web":
            yield self._use_page
            return
        platform = self._setting.platforms[channel]
        greeting = greetings(time.time()).get(channel)
        if greeting:
            yield lambda: self._greet(*greeting)
        if platform.double is None:
            yield lambda: self._tell(platform, self._setting.platforms["mattermost"])
            return
        yield lambda: self._ask(platform)
        if hasattr(platform.signer, "file_message"):
            yield lambda: self._bring(platform)
        yield lambda: self._take(platform)

    def _greet(self, event: Any, content: Callable[[bytes], bool]) -> None:
        status, answer = self._setting.api.send(event)
        _require(status == OK and content(answer), f"set-up: {status} {answer!r}")

    def _ask(self, platform: Platform) -> None:
        """A command whose answer can be no other's."""
        day = FIRST + timedelta(days=next(self._days))
        text = f"/calendar events.list from={day} to={day}"
        envelope = self._say(platform, self._message(platform, text))
        _wait(platform, lambda: _shown(platform, f"No events from {day}"), "the answer")
        self.commands[platform.channel] = envelope.id
        self._record(envelope)

    def _bring(self, platform: Platform) -> None:
        """A file in: a note with a command; else a picture with one; else a note alone."""
        for file in (NOTE, PICTURE, NOTE):
            event = self._file_message(platform, file)
            if _read(platform, event).text:
                break
        with self._room:
            envelope = self._say(platform, event)
            if not envelope.text:
                words = say(
                    "file_alone", locale_of("", envelope.sender.locale), commands=""
                ).strip()
                _wait(platform, lambda: _shown(platform, words), "what to do with a file alone")
                return
            words = "我们见过面" if file is NOTE else "PNG"  # no document, so that call fails
            _wait(platform, lambda: _shown(platform, words), f"what is in {file.name}")
        if file is NOTE:
            self._record(envelope)

    def _take(self, platform: Platform) -> None:
        """A file out, or a link to one."""
        with self._room:
            envelope = self._say(platform, self._message(platform, CONVERT, chat=3))
            if registry.channel(platform.channel).send.takes_files:
                _wait(platform, lambda: any(map(_is_docx, platform.contents())), "a file")
            else:
                link = _wait(platform, lambda: _linked(platform), "a link to a file")
                with urlopen(link, timeout=30) as answer:
                    _require(_is_docx(answer.read()), f"what is behind {link}")
        self._record(envelope)

    def _tell(self, source: Platform, chat: Platform) -> None:
        """An event that happens twice, for somebody who subscribed in a chat: one notice."""
        number = next(self._numbers)
        where, title = f"Example/repo{number}", f"It broke {number}"
        wish = self._message(chat, f"/subscribe github {where} issues", chat=4)
        self._say(chat, wish)
        _wait(chat, lambda: _shown(chat, where.lower()), "the subscription")
        event = source.signer.message(
            title, number=number, now=time.time(), chat=number, values=source.values
        )
        for _ in range(2):
            self._post(source, event)
        _wait(chat, lambda: _shown(chat, title), "the notice")
        wait_until(lambda: not self._setting.rows.waiting("InboxUrl"), "for the second event")
        told = len(_shown(chat, title))
        _require(told == 1, f"{told} notices of one event")
        self.notices[source.channel] = _read(source, event).id

    def _use_page(self) -> None:
        setting, day = self._setting, FIRST + timedelta(days=next(self._days))
        asked = setting.web.write(f"/calendar events.list from={day} to={day}")
        setting.say(asked)
        answer = setting.letter(asked)
        _require(f"No events from {day}" in answer.text, answer.text)
        self.commands["web"] = asked.run
        upload = setting.upload(NOTE.name, NOTE.media_type, NOTE.content)
        webhook = setting.web.write(READ, attachments=(upload,))
        setting.say(webhook)
        letter = setting.letter(webhook)
        _require("我们见过面" in letter.text, letter.text)
        made = setting.ask(CONVERT)
        _require(any(_is_docx(made.download(name)) for name in made.files), made.text)
        self.messages += 3

    def _message(self, platform: Platform, text: str, chat: int = 2) -> Any:
        facts = {"number": next(self._numbers), "now": time.time(), "chat": chat}
        return platform.signer.message(text, values=platform.values, **facts)

    def _file_message(self, platform: Platform, file: File) -> Any:
        number = next(self._numbers)
        about = {"name": file.name, "media_type": file.media_type, "now": time.time()}
        about |= platform.host(number, file)
        return platform.signer.file_message(READ, number=number, values=platform.values, **about)

    def _say(self, platform: Platform, event: Any) -> Envelope:
        """Send the platform's webhook; the message that is in it."""
        envelope = _read(platform, event)
        platform.hear(envelope.conversation, envelope.reply_to)
        answer = self._post(platform, event)
        content = TAKEN.get(platform.channel, lambda _: True)
        _require(content(answer), f"the webhook was answered {answer!r}")
        if platform.channel == "wecombot":
            self._greet(poll(answer, time.time()), ended)
        return envelope

    def _post(self, platform: Platform, event: Any) -> bytes:
        status, answer = self._setting.api.send(event)
        _require(status == OK, f"webhook: {status} {answer!r}")
        self.messages += 1
        return answer

    def _record(self, envelope: Envelope) -> None:
        self._setting.rows.wait_for(envelope.id, "answer#000", "SENT")
        self.runs.append(envelope.id)


def _read(platform: Platform, event: Any) -> Envelope:
    """The message of a webhook, as the channel reads it."""
    receiver = registry.receiver(platform.channel, "main", platform.values)
    (envelope,) = receiver.receive(webhook(event, time.time())).envelopes
    return envelope


def _shown(platform: Platform, text: str) -> list[Message]:
    return [one for one in platform.double.messages if text in one.text]


def _linked(platform: Platform) -> str:
    found = (LINK.search(one.text) for one in platform.double.messages)
    return next((link[0] for link in found if link), "")


def _is_docx(content: bytes) -> bool:
    return content.startswith(DOCX)


def _wait(platform: Platform, done: Callable[[], Any], what: str) -> Any:
    try:
        platform.double.wait_until(done, SECONDS)
    except TimeoutError:
        said = [one.text[:200] for one in platform.double.messages[-2:]]
        raise TimeoutError(f"no sign of {what}; the last messages are {said}") from None
    return done()


def _require(good: bool, what: str) -> None:
    if not good:
        raise AssertionError(what)
