"""Questions on the deployed stack, and people who answer them with a real authenticator app."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from uuid import uuid5

import pyotp

from cli import factors
from local.stack import NAME, PERSON
from switchboard.credentials.codes import STEP_SECONDS
from tests.stack.chats import Chat, Webhook
from tests.stack.setting import Setting

ROOMS = count(90)
"""Nobody else writes there, and what one waits for keeps no other from its turn."""


class App:
    """Ada's authenticator app. No code is shown twice: where none is left, it is enrolled anew."""

    def __init__(self) -> None:
        self._totp: pyotp.TOTP | None = None
        self._last = 0

    def code(self) -> str:
        """One that is right now, and was not before."""
        here = int(time.time()) // STEP_SECONDS
        step = max(self._last + 1, here - 1)
        if self._totp is None or step > here + 1:
            self._enrol()
            return self.code()
        self._last = step
        return self._totp.generate_otp(step)

    def wrong(self) -> str:
        """Six digits that it does not show around now."""
        self.code()
        here = int(time.time()) // STEP_SECONDS
        assert self._totp is not None
        shown = {self._totp.generate_otp(here + apart) for apart in range(-2, 4)}
        return next(digit * 6 for digit in "0123456789" if digit * 6 not in shown)

    def forget(self) -> None:
        """The operator takes it away."""
        if self._totp is not None:
            factors.reset(NAME, PERSON)
            self._totp = None

    def _enrol(self) -> None:
        self.forget()
        self._totp = pyotp.TOTP(factors.begin(NAME, PERSON).secret)
        self._last = int(time.time()) // STEP_SECONDS - 1
        factors.finish(NAME, PERSON, self._totp.generate_otp(self._last))


class Asker:
    """One who writes in a chat and waits for what is answered there."""

    def __init__(self, setting: Setting, chat: Chat) -> None:
        self.setting, self.chat = setting, chat
        self._room = 0 if chat.channel == "web" else next(ROOMS)

    @property
    def lane(self) -> str:
        return f"{self.chat.channel}/main/{self.chat.write('', self._room).chat}"

    def say(self, text: str) -> Webhook:
        webhook = self.chat.write(text, self._room)
        self.setting.say(webhook)
        return webhook

    def answer(self, text: str) -> str:
        """What is answered to this, where people read it."""
        return self.read(self.say(text))

    def read(self, webhook: Webhook) -> str:
        if webhook.channel == "web":
            return self.setting.mailbox.letter(webhook).text
        return self.setting.wait_for_message(webhook).text

    def make_event(self, title: str) -> str:
        """The id of a new event."""
        told = self.answer(f'/calendar events.create "{title}" start="2033-03-03 09:00"')
        (id_,) = re.findall(r"\b[0-9a-f]{8}\b", told) or [told]
        return id_

    def ask(self, id_: str) -> tuple[str, Webhook]:
        """The ref of the question whether the event is to be deleted, and the message."""
        webhook = self.say(f"/calendar events.delete {id_}")
        question = self.read(webhook)
        (ref,) = set(re.findall(r"\bdeny ([0-9A-Z]{6})", question)) or {question}
        return ref, webhook


class Story:
    """A delete that is asked for in each chat: approved and undone, denied, lapsed."""

    def __init__(self, setting: Setting, check: Callable[[bool, str], None]) -> None:
        self.counts = Counter(dict.fromkeys(("asked", "approved", "denied", "lapsed", "undone"), 0))
        self._setting, self._check = setting, check
        self._app = App()

    def tell(self) -> None:
        """All of it, in Slack, in Feishu and on the page."""
        try:
            for chat in (self._setting.slack, self._setting.feishu, self._setting.web):
                self._setting.stack.pair(chat.sender, "admin")
                asker = Asker(self._setting, chat)
                self._approve(asker)
                self._deny(asker)
                self._lapse(asker)
        finally:
            self._app.forget()

    def _approve(self, asker: Asker) -> None:
        title, id_ = self._event(asker, "Approved")
        ref = self._ask(asker, id_)
        run = asker.say(f"/approve {ref} {self._app.code()}")
        told = asker.read(run)
        gone = self._setting.rows.state(run.run, "op#000") == "DONE"
        self._count("approved", gone and not self._stands(title), f"{title} is deleted: {told}")
        again = asker.answer(f"/approve {ref} {self._app.code()}")
        self._check("answered already" in again, f"a second yes is told: {again}")
        self._undo(asker, title, told)

    def _undo(self, asker: Asker, title: str, told: str) -> None:
        """Twice, as an impatient person presses a button."""
        (ref,) = set(re.findall(r"\bundo ([0-9A-Z]{6})", told)) or {told}
        pressed = [asker.say(f"/undo {ref}") for _ in range(2)]
        answers = [asker.read(webhook) for webhook in pressed]
        events = [text for text, _ in self._setting.events() if title in text]
        self._count("undone", len(events) == 1, f"{title} is back once: {answers}")

    def _deny(self, asker: Asker) -> None:
        title, id_ = self._event(asker, "Denied")
        ref = self._ask(asker, id_)
        told = asker.answer(f"/deny {ref}")
        good = told.startswith("Denied") and self._stands(title)
        self._count("denied", good, f"{title} stays: {told}")

    def _lapse(self, asker: Asker) -> None:
        title, id_ = self._event(asker, "Lapsed")
        ref = self._ask(asker, id_)
        told = lapse(self._setting, ref)
        late = asker.answer(f"/approve {ref} {self._app.code()}")
        good = "Nobody has approved" in told and "its time is over" in late
        self._count("lapsed", good and self._stands(title), f"{title} stays: {told} {late}")

    def _event(self, asker: Asker, how: str) -> tuple[str, str]:
        title = f"{how} in {asker.chat.channel} {secrets.token_hex(3)}"
        return title, asker.make_event(title)

    def _ask(self, asker: Asker, id_: str) -> str:
        ref, webhook = asker.ask(id_)
        asked = self._setting.rows.state(webhook.run, "op#000") == "ASKED"
        self._count("asked", asked, f"{asker.chat.channel} is asked: {ref}")
        return ref

    def _stands(self, title: str) -> bool:
        return any(title in text for text, _ in self._setting.events())

    def _count(self, what: str, good: bool, told: str) -> None:
        self.counts[what] += good
        self._check(good, told)


def lapse(setting: Setting, ref: str) -> str:
    """Let the time for an answer be over, instead of waiting; what is told then."""
    told = uuid5(setting.rows.lapse(ref), "lapsed")
    setting.rows.sweep()
    return setting.rows.answered(told)
