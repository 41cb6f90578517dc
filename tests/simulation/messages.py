"""What people write in one seed, and what they were told in the end."""

import random
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from msgspec import json

from switchboard.channels.base import envelope_id
from switchboard.ledger import asking, refs
from switchboard.ledger.mailbox import Letter
from switchboard.ledger.replies import Reply
from switchboard.models import decode_command
from tests.kit import build, webhooks
from tests.kit.clock import START
from tests.simulation.faults import NOT_SHOWN
from tests.simulation.vendor import MUCH
from tests.simulation.world import World

OPERATIONS = {
    "notes.list": "read",
    "notes.export": "read",
    "title.set": "idempotent",
    "notes.add": "keyed",
    "notes.post": "queryable",
    "letters.send": "once",
    "notes.burn": "destructive",
}
WEIGHTS = (1, 1, 3, 4, 4, 4, 3)
COUNTS = (1, 1, 1, 1, 1, 2, 2)
"""How many messages people write."""
PARTS = ("notes.burn", "notes.burn", "notes.burn", "notes.add", "title.set", "notes.list")
"""What the commands of a message that is several do."""
CONTROL = {"stop": 3, "stop all": 1, "resume": 3, "resume all": 1}
"""Control words, and how often each is said."""
CHATS = {
    "ada": ("web", "ada"),
    "bob": ("web", "bob"),
    "seven": ("telegram", "7"),
    "oc": ("feishu", "oc_1"),
}
SAME = (["ada", "seven"], ["bob", "oc"])
"""Two chats of one person."""
LOOKED = "I looked for"
"""How the answer begins that a look brings which did not fail."""
LAPSED = "Nobody has approved"
"""How it is told that nobody has answered in time."""
AGAIN = "(sent again)"
LINKS = "Files (links work for"
"""How the second message of an answer begins whose file the platform refused."""
DAYS = 10 * 86_400.0
SEVERAL = 0.25
"""How many of the messages that are commands are several."""


@dataclass
class Message:
    """One message of a chat. `text` is unlike all others and names its effect."""

    number: int
    chat: str
    operation: str
    smuggled: bool = False
    """Recorded as an older release might have, whose policy let it pass."""
    poisoned: bool = False
    """Who plans it dies of it, every time."""
    refused: bool = False
    """The vendor refuses it, every time, in more words than a row has room for."""
    much: bool = False
    """What it asks for is more than a row has room for."""
    ref: str = ""
    """The call that it is about, for `check` and `repeat`; the question, for `approve`, `deny`."""
    parts: tuple[str, ...] = ()
    """The operations of a message that is several commands."""
    hidden: str = ""
    """The text of that of its calls of which the vendor tells nobody what it would do."""
    deadly: bool = False
    """Whoever looks what that call would do dies of it, every time."""
    wrong: bool = False
    """Its code is not what the authenticator shows."""
    code: str = ""
    event: dict[str, Any] | None = None
    accepted: bool = False
    tries: int = 0
    place: int | None = None
    """When it first came to the Inbox, in the order of all."""

    def __post_init__(self) -> None:
        self.channel, self.conversation = CHATS[self.chat]
        self.sender = "t1:ou_1" if self.channel == "feishu" else self.conversation
        self.lane = f"{self.channel}/main/{self.conversation}"
        self.text = f"{self.chat}-{self.number}"
        self.effect = OPERATIONS.get(self.operation, "several" if self.parts else "control")
        self.name = {
            "web": str(build.run_id(self.number)),
            "telegram": str(self.number),
            "feishu": f"om_{self.number}",
        }[self.channel]
        self.run = _run(self.channel, self.conversation, self.name)
        self.run_id = str(self.run)

    @property
    def texts(self) -> list[str]:
        """What its calls write."""
        return [f"{self.text}-{at}" for at in range(len(self.parts))] or [self.text]

    @property
    def is_short(self) -> bool:
        """Nothing in what is said names it."""
        return self.effect in {"read", "control"}

    def webhook(self, now: float) -> dict[str, Any]:
        """The platform's own bytes; the same ones on every try."""
        if self.event is None:
            moment = now if self.channel == "feishu" else START + DAYS  # Feishu signs the moment
            self.event = _signed(self.channel, self.conversation, self.number, self._line(), moment)
        return self.event

    def _line(self) -> str:
        if self.much:
            return f"/desk {self.operation} {MUCH}"
        if self.parts:
            named = zip(self.parts, self.texts, strict=True)
            reads = {name for name, effect in OPERATIONS.items() if effect == "read"}
            return "\n".join(f"/desk {one} {'' if one in reads else text}" for one, text in named)
        if self.effect != "control":
            return f"/desk {self.operation}{'' if self.effect == 'read' else f' {self.text}'}"
        return f"/{self.operation} {self.ref} {self.code}".rstrip()


@lru_cache(2_000)
def _signed(channel: str, conversation: str, number: int, line: str, now: float) -> dict[str, Any]:
    made: dict[str, Any]
    if channel == "web":
        made = webhooks.web(line, message=build.run_id(number), now=now, sub=conversation)
    elif channel == "telegram":
        made = webhooks.telegram(line, message=number)
    else:
        made = webhooks.feishu(line, message=f"om_{number}", now=now)
    return made


@cache
def _run(channel: str, conversation: str, name: str) -> UUID:
    return envelope_id(channel, "main", conversation, name)


def written(rng: random.Random, apart: random.Random, *, calm: bool, both: bool) -> list[Message]:
    """The messages of a seed, in one or two chats; `both`: in the two chats of one person.

    What is several commands is decided `apart`, so that all else is as it would be without.
    """
    talkative = rng.random() < 0.3
    count = 2 if both else rng.choice(COUNTS) + talkative
    many = 0 if both else rng.randrange(3)
    chats = rng.sample(list(CHATS), many) if many else rng.choice(SAME)
    messages = []
    for _ in range(count):
        number = len(messages) + 1
        kinds, weights = (list(OPERATIONS), list(WEIGHTS))
        if talkative and number > 1 and rng.random() < 0.5:
            kinds, weights = list(CONTROL), list(CONTROL.values())
        chat = chats[number % 2] if both else rng.choice(chats)
        one = Message(number, chat, rng.choices(kinds, weights)[0])
        if one.effect != "control" and apart.random() < SEVERAL:
            one = Message(number, chat, "several", parts=_parts(apart))
            one.hidden = apart.choice((*one.texts, "", ""))
            one.deadly = not calm and apart.random() < 0.2
        often = 0.6 if one.effect == "destructive" else 0.15 * (one.operation == "notes.add")
        one.smuggled = not calm and rng.random() < often
        one.much = one.operation == "notes.list" and one.channel == "web" and rng.random() < 0.5
        one.refused = not one.is_short and one.channel == "web" and rng.random() < 0.05
        one.poisoned = (
            not (calm or one.smuggled or one.is_short or one.parts) and rng.random() < 0.08
        )
        messages.append(one)
        if one.poisoned:  # somebody waits behind it, perhaps in the same batch
            operation = rng.choice(("notes.list", "notes.add", "letters.send"))
            messages.append(Message(number + 1, chat, operation))
    return messages


def _parts(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.choices(PARTS, k=rng.choice((2, 2, 3))))


def answer(lane: str, ref: str, number: int, rng: random.Random) -> Message:
    """A yes, or sometimes a no, to a question of a conversation; now and then with a wrong code."""
    (chat,) = (one for one, (channel, name) in CHATS.items() if lane == f"{channel}/main/{name}")
    word = rng.choices(("approve", "deny"), (5, 1))[0]
    return Message(number, chat, word, ref=ref, wrong=word == "approve" and rng.random() < 0.2)


def second_thoughts(world: World, rng: random.Random, first: int) -> list[Message]:
    """What people say who have read that a call was not done, or may have been: some twice."""
    chats = {f"ref#{one}/main/{name}": chat for chat, (one, name) in CHATS.items()}
    found = []
    for pk, ref in sorted(key for key in world.aws.table.rows if key[0] in chats):
        for operation in rng.choice((("repeat",), ("repeat", "repeat"), ("check", "repeat"), ())):
            found.append(Message(first + len(found), chats[pk], operation, ref=ref))
    return found


def told(world: World, message: Message, answers: int) -> list[str]:
    """The texts that came to the person of so many `answers`, each copy of them; the web page shows
    a letter once."""
    looked = _is_looked_for(world, message)
    others = (*_looks(world, message, looked=looked), LINKS, LAPSED)
    texts = [
        text
        for text in texts_of(world, message)
        if not text.removeprefix(AGAIN).lstrip().startswith(others)
    ]
    mute = [text for text in texts if NOT_SHOWN in text]
    question = question_of(world, message)
    lapsed = question is not None and question["state"] == "LAPSED"
    if len(mute) > answers and (looked or lapsed):
        texts.remove(mute[-1])  # of a look, or of a question that lapsed: they say the same
    return texts


def _is_looked_for(world: World, message: Message) -> bool:
    """Whether a second call of the message looks for the first."""
    op = world.aws.table.plain(f"run#{message.run_id}", "op#001")
    return op is not None and decode_command(op["command"]).params.meta.looks is not None


def question_of(world: World, message: Message) -> dict[str, Any] | None:
    """The row of the question that the message came to."""
    run = f"run#{message.run_id}"
    ops = [row for row in world.aws.table.found(run) if row["sk"].startswith("op#")]
    ids = {asking.id_of(decode_command(op["command"])) for op in ops if op["state"] == "ASKED"}
    rows = [world.aws.table.plain(f"question#{message.lane}", refs.ref_of(one)) for one in ids]
    return rows[0] if rows else None


def _looks(world: World, message: Message, *, looked: bool) -> tuple[str, ...]:
    """How the answers begin that are not the message's own: those that looking for it brings."""
    row = world.aws.table.plain(f"run#{message.run_id}", "answer#001") if looked else None
    found = (LOOKED,) if message.effect == "control" else ()
    if row is None:
        return found
    return (*found, json.decode(row["answer"], type=Reply).result.text[: len(LOOKED)])


def texts_of(world: World, message: Message) -> list[str]:
    """All that came to the person about a message."""
    if message.channel == "web":
        rows = world.aws.table.found(f"mailbox#{message.lane}")
        letters = {
            one.id: one.text
            for one in (json.decode(row["letter"], type=Letter) for row in rows if "letter" in row)
            if one.in_reply_to == message.name
        }
        return list(letters.values())
    if message.channel == "telegram":
        return [
            post.payload.get("text") or post.payload.get("caption", "")
            for post in world.chat.posts
            if post.payload.get("reply_parameters", {}).get("message_id") == message.number
        ]
    shown = [
        json.decode(post.payload["content"])
        for post in world.chat.posts
        if f"/{message.name}/" in post.url and post.payload["msg_type"] in {"interactive", "text"}
    ]
    return [one.get("text") or one["body"]["elements"][0]["content"] for one in shown]
