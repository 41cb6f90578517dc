"""People's words as a planner is to see them; every channel cleans them here.

What cannot be seen is taken away where it stands beside a command, and stays where a script or an
emoji needs it. Blanks of every kind stay as they are: the planner parts words at each of them.
Sources: Unicode UAX 44 (White_Space, Default_Ignorable_Code_Point), UAX 9, UTS 51.
"""

import re
from functools import cache

_RTL = (
    r"\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    r"\U00010800-\U00010fff\U0001e800-\U0001efff"
)
"""Hebrew, Arabic and what else is written from right to left."""
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Myanmar, Khmer: where words end is told by U+200B."""
_DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_JOINING = (
    r"\u034f\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff"
    r"\u115f\u1160\u17b4\u17b5\u3164\uffa0"
)
"""Joiners, what chooses the form of the character before it, and Hangul's fillers."""
_EMPTY = (
    r"\u00ad\u180e\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
"""Also what stands for an object that was not copied (U+FFFC), as dictation leaves it."""
_CONTROL = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
"""All but those that are blanks, such as tabs and ends of lines."""
_EMPTY_EDGE = rf"\s\u200b\u2800{_DIRECTION}"
_MARKS = (":", ",", "，", "：")
_SET_OFF = r"^[:,，：][\s:,，：]*(?=[/／])"
"""What people write between our name and a command, where the platform took the name away."""
US = "\ue001"
"""Stands for our mention until `addressed` sees where it is: a character for private use."""


def cleaned(text: str, mention: re.Pattern[str] | str | None = None) -> str:
    """Without what `mention` finds, by which people of this platform address us, without what
    cannot be seen, and without blanks around. What a group of the pattern holds stays; a word is
    one that the text begins with.
    """
    text = _seen(text)
    if isinstance(mention, str):
        text = _seen(text.removeprefix(mention))
    elif mention is not None:
        text = _seen(mention.sub(lambda found: "".join(found.groups("")), text))
    return re.sub(_SET_OFF, "", text) if text.startswith(_MARKS) else text


def addressed(text: str, name: str) -> str:
    """Cleaned, without `US` where it begins or ends; elsewhere we are a name as others are."""
    return cleaned(text, _called()).replace(US, f"@{name}" if name else "")


@cache
def _called() -> re.Pattern[str]:
    """Our mention, where a text begins or ends with it; few channels tell of it so."""
    return re.compile(rf"^(?:\s*{US}[\s:,，：]*)+|(?<=\s){US}\s*$")


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.strip()
    for unseen in _unseen():
        text = unseen.sub("", text)
    return text


@cache
def _unseen() -> tuple[re.Pattern[str], ...]:
    """What is taken away, one after the other: what is gone stands beside nothing any more.

    Made when it is first needed, for it takes 2 ms, and many texts are plain ASCII.
    """
    return (
        re.compile(rf"[{_EMPTY}{_CONTROL}]"),
        re.compile(rf"(?<![{_RTL}])[{_DIRECTION}](?![{_RTL}])"),
        re.compile(rf"(?<![{_UNSPACED}])\u200b|\u200b(?![{_UNSPACED}])"),
        re.compile(rf"(?<![^\x00-\x7f\s\u2800])[{_JOINING}]+(?!\u20e3)"),
        # The end is looked for once for each run of blanks, which may be long.
        re.compile(rf"^[{_EMPTY_EDGE}{_JOINING}]+|(?<![{_EMPTY_EDGE}])[{_EMPTY_EDGE}]+$"),
    )


def quoted(text: str) -> str:
    """Words of somebody else, as Markdown shows them: a command in them does not count as given."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def name_of(person: str) -> str:
    """A person's name, or a place's, within words of another: a quotation mark in it would end
    theirs.
    """
    return re.sub(r'["“”„‟«»「」『』\\]', "", person)


def naming(name: str) -> re.Pattern[str]:
    """`@name`, in either case, where a text begins or ends with it: how we are called in a group.

    For `cleaned`. Without a name: whoever the text begins with.
    """
    at = rf"@{re.escape(name)}(?![a-zA-Z0-9_])" if name else r"@\S+"
    last = rf"|(?<=\s){at}\s*$" if name else ""
    return re.compile(rf"^\s*{at}[\s:,，：]*{last}", re.IGNORECASE)
