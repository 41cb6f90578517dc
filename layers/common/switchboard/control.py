"""Control words: what people say to the switchboard itself, before any planner looks at it.

Each is declared and obeyed by one module of `functions/dispatch/words`, or of
`functions/approve/words` where it says who may do what. The build compiles the declarations, so
that ingest knows what is urgent and where it goes, and the chat page what there is.
"""

import re
from functools import cache
from pathlib import Path

from msgspec import Struct, json

from switchboard.models import Envelope, Role

COMPILED = Path(__file__).with_name("compiled") / "words.json"
SLASHES = ("/", "／")
_CALLED = re.compile(r"[!！]sb(?:\s+|$)[/／]?", re.IGNORECASE)
"""What stands for a slash where a chat's program keeps that for commands of its own."""
_SURE = r"\d{3}[- ]?\d{3}|[0-9A-Za-z]{4}(-[0-9A-Za-z]{4}){2}"
"""A code: authenticators show it as twice three digits, a recovery code is three times four."""
_CODES = rf"{_SURE}|[0-9A-Za-z]{{4}}( ?[0-9A-Za-z]{{4}}){{2}}"
"""What may be one after a word that says yes: words of four letters are, too."""
YES, NO = "approve", "deny"
"""The words that answer a question."""
MAX_YES_OR_NO = 60
"""Characters of a yes or a no that has no slash."""


class Word(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A control word; what it is for is the phrase `word_<name>`."""

    names: tuple[str, ...]
    """In each language, in lower case and without the slash; the first is also its module's."""
    usage: str = ""
    """What may follow it, as `[all]`."""
    least: Role = "guest"
    """The lowest role that may say it."""
    urgent: bool = False
    """Whether it overtakes what waits in its conversation."""
    guarded: bool = False
    """Whether the function `approve` obeys it, and no other sees it: it may hold a code, or changes
    who may do what."""

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def form(self) -> str:
        """How it is written."""
        return f"/{self.name} {self.usage}".rstrip()


class YesNo(Struct, frozen=True):
    """A yes or a no to a question, as it was written; what was not said is empty."""

    word: str
    ref: str = ""
    code: str = ""
    alone: bool = True
    """Whether it is all that the message says."""


def split(text: str) -> tuple[str, str] | None:
    """The name that a slash line begins with, as it was written, and what follows it.

    None: the text is none. A slash alone has an empty name.
    """
    line = text.strip()
    if line.startswith(("!", "！")):
        line = _CALLED.sub("/", line, count=1)
    if not line.startswith(SLASHES):
        return None
    name, *rest = line[1:].split(maxsplit=1) or [""]
    return name, rest[0] if rest else ""


def find(name: str) -> Word | None:
    """The control word called `name`, in any language."""
    return _by_name().get(name.lower())


def read(text: str) -> tuple[Word | None, list[str]]:
    """The control word that a message is, and the words after it; None when it is none.

    A slash alone asks for help.
    """
    line = split(text)
    word = find(line[0] or "help") if line else None
    if line is None or word is None:
        return None, []
    return word, line[1].split()


def is_urgent(text: str) -> bool:
    line = split(text)
    word = find(line[0]) if line else None
    return word is not None and word.urgent


def is_guarded(text: str) -> bool:
    """Whether only `approve` may see it: whatever may hold a code, or changes who may do what."""
    word, _ = read(text)
    return yes_or_no(text) is not None or (word is not None and word.guarded)


def lane_of(envelope: Envelope) -> str:
    """The queue's lane of a message: what is urgent overtakes what waits in its conversation."""
    return f"{envelope.lane}/control" if is_urgent(envelope.text) else envelope.lane


def yes_or_no(text: str) -> YesNo | None:
    """What a message says to a question: `/approve K7Q2MX 123456`, `deny`, or a code alone.

    None for all else. Whatever may be a one-time code is one, so that dispatch sees none.
    """
    line = split(text)
    if line is None and len(text) > MAX_YES_OR_NO:
        return None
    told = [line[0], *line[1].split()] if line else text.split()
    word = find(told[0]) if told else None
    named = word if word is not None and word.name in {YES, NO} else None
    if line and named is None:
        return _among(text)
    before, code = _parted(told[1:] if named else told, _CODES if line else _SURE)
    if line is None and (len(before) > 1 or not (named or code)):
        return None
    return YesNo(named.name if named else YES, "".join(before[:1]), code)


def _among(text: str) -> YesNo | None:
    """The line of a slash message that has a code all the same: it goes where codes go."""
    for one in text.splitlines()[1:]:
        found = yes_or_no(one) if split(one) else None
        if found is not None and found.code:
            return YesNo(found.word, found.ref, found.code, alone=False)
    return None


def _parted(told: list[str], codes: str) -> tuple[list[str], str]:
    """The words before a code, and the code."""
    for count in range(1, min(len(told), 3) + 1):
        if re.fullmatch(codes, " ".join(told[-count:])):
            return told[:-count], re.sub("[- ]", "", " ".join(told[-count:]))
    return told, ""


@cache
def words() -> tuple[Word, ...]:
    """All control words, by their first names."""
    return json.decode(COMPILED.read_bytes(), type=tuple[Word, ...])


@cache
def _by_name() -> dict[str, Word]:
    return {name: word for word in words() for name in word.names}
