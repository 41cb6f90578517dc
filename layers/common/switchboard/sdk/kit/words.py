"""Words of third parties: shown without markup, mentions, links in disguise or hidden characters.

What a vendor tells us was written by anybody. It may inform, and nothing else: it calls nobody, and
what it shows is what it is. A bare address stays, since it leads where it says.
"""

import re
import unicodedata

_MARKUP = re.compile(r"([\\`*_\[\]<>|~]|(?<!\S)#|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
_AT = r"(?:@|&#0*64;|&#x0*40;|&commat;)"
_PERSON = re.compile(r"(?<![\w.+-])@(?=\w)")
_EVERYBODY = re.compile(
    rf"{_AT}(?=(?:everyone|here|channel|all|room)(?![A-Za-z0-9])|所有人|全体成员)", re.IGNORECASE
)
_TAG = re.compile(
    r"(?:<|&lt;|&#0*60;|&#x0*3c;)"
    r"(?=!(?:channel|here|everyone|group|subteam)\b|@[!&]?\w|/?at[\s>=/]|users/|qqbot-at|person\s)",
    re.IGNORECASE,
)
"""Slack's, Discord's and WeCom's; Feishu's and Teams'; Google Chat's; QQ's; Feishu's again."""
_MAIL = re.compile(r"\w+\.[A-Za-z]{2}")
_BREAK = "\u200b"
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls, marks of direction, and what has no width but for the joiners that scripts need."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks by their category, and yet nothing to see."""
_THOUSAND = 1000


def plain(text: str, limit: int = 0) -> str:
    """On one line, cut at `limit` characters, and without a meaning in Markdown."""
    line = clean(" ".join(text.split()))
    if 0 < limit < len(line):
        line = line[: limit - 1].rstrip() + "…"
    return _calm(_MARKUP.sub(r"\\\1", line))


def quoted(text: str, limit: int) -> str:
    """Markdown of others', as a quotation of at most `limit` characters."""
    lines = _calm(excerpt(clean(text), limit)).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def fenced(text: str, limit: int) -> str:
    """Code, or whatever must look as it is: at most `limit` characters in a fence of backticks."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{excerpt(text, limit).rstrip()}\n{fence}"


def code(text: str) -> str:
    """A name in its own letters, within a line."""
    return f"`{clean(' '.join(text.split())).replace('`', 'ˋ')}`"


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text, with a sign that there is more."""
    return text if len(text) <= limit else text[:limit].rstrip() + " …"


def clean(text: str) -> str:
    """Without characters that nobody sees, which hide words or turn their order round."""
    return _HIDDEN.sub("", text)


def visible(text: str) -> str:
    """The same text, in which what nobody sees is shown, as `\\u{202e}`."""
    return "".join(one if _is_seen(one) else f"\\u{{{ord(one):x}}}" for one in text)


def _is_seen(char: str) -> bool:
    """Not so: controls, marks of direction, joiners, odd blanks, fillers, variants of others."""
    kind = unicodedata.category(char)
    return char in " \n" or (kind[0] not in "CZ" and not _UNSEEN.match(char))


def hushed(text: str) -> str:
    """The same words, in which nothing calls everybody of a chat, on any platform.

    Whatever the markup around it: it may stand in code, or be written with entities. An address of
    the web or of mail leads where it led.
    """
    return _quiet(_EVERYBODY, _TAG.sub(rf"\g<0>{_BREAK}", text))


def size(count: int) -> str:
    """Bytes as people read them: `812 B`, `3.4 kB`, `12.0 MB`."""
    if count < _THOUSAND:
        return f"{count} B"
    if count < _THOUSAND**2:
        return f"{count / _THOUSAND:.1f} kB"
    return f"{count / _THOUSAND**2:.1f} MB"


def _calm(text: str) -> str:
    """An `@` that would call somebody, or everybody, does not."""
    return _quiet(_PERSON, hushed(text))


def _quiet(calls: re.Pattern[str], text: str) -> str:
    """Without these calls, and the same to whoever follows or writes to an address."""
    if not calls.search(text):
        return text
    return re.sub(r"\S+", lambda word: _quiet_word(calls, word[0]), text)


def _quiet_word(calls: re.Pattern[str], word: str) -> str:
    address = word.find("://")

    def quiet(call: re.Match[str]) -> str:
        before = word[max(0, call.start() - 1) : call.start()]
        if -1 < address < call.start():
            return "%40"
        mail = before.isascii() and before.isalnum() and _MAIL.match(word, call.end())
        return call[0] if mail else call[0] + _BREAK

    return calls.sub(quiet, word)
