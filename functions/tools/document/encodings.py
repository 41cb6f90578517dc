"""What the bytes of a text say: its encoding is found out by evidence, here and nowhere else."""

import codecs
import re
from collections import Counter
from typing import NamedTuple

from .labels import decoded_as, named

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x841\x953", "gb18030"),
)
DAMAGE = 20
"""At most every so many-th character may be damaged; more is no text in that encoding."""
_DECLARED = re.compile(
    rb"""(?i)<meta\b[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})"""
    rb"""|^<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})"""
)
_COMMENTS = re.compile(rb"<!--.*?-->", re.DOTALL)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEVERAL = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""A character of UTF-8 that is not ASCII."""
_HIGH = re.compile(rb"[\x80-\xff]")
SURE = 3
"""As many characters of UTF-8 in a row of bytes are no chance."""
MANY = 4
"""As many common letters are no chance."""
_LETTERS = re.compile("[@-~\u0600-\u06ff\u0e00-\u0e7f\u2010-\u30ff\uff01-\uffef]")
"""ASCII and what a wrong guess hardly makes: kana, Arabic, Thai."""
FIRST_LEVELS = {"gb2312": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
"""First bytes of the Chinese characters that are common."""


class Decoded(NamedTuple):
    """A text, and how sure it is."""

    text: str
    encoding: str
    guessed: bool = False
    """Nothing says so but the text itself."""

    @property
    def damaged(self) -> int:
        """Characters that could not be read; in the text they are U+FFFD."""
        return self.text.count("\ufffd")


def decoded(data: bytes, *, said: str = "", locale: str = "en") -> Decoded | None:
    """The text, by what says most about its encoding; None when nothing says enough.

    In this order: who sent it (`said`), a byte order mark, zeros between letters, what markup
    declares, UTF-8 if it can be, and last a guess. A declaration is read as browsers read it, and
    does not make bytes other than UTF-8 that can hardly be anything else.
    """
    if said:
        return _readable(data, named(said) or "", errors="replace")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _readable(data[len(mark) :], encoding, errors="replace")
    if data.count(0) * 5 > len(data):
        return _wide(data)
    if re.search(rb"\x1b\$[@B]", data) and (found := _readable(data, "iso-2022-jp")):
        return found
    return _undisputed(data) or _guess(data, locale)


def _undisputed(data: bytes) -> Decoded | None:
    declared = _declared(data)
    several = len(_SEVERAL.findall(data))
    found = _readable(data, declared) if several < SURE else None
    found = found or _readable(data, "utf-8") or _readable(data, declared)
    return found or _damaged_utf8(data)


def _damaged_utf8(data: bytes) -> Decoded | None:
    """As UTF-8, if more of it is whole than broken: that is hardly by chance."""
    several, broken = len(_SEVERAL.findall(data)), len(_HIGH.findall(_SEVERAL.sub(b"", data)))
    return _readable(data, "utf-8", errors="replace") if several >= broken > 0 else None


def is_binary(data: bytes) -> bool:
    """Whether it has more control characters than text has."""
    return _is_odd(data.decode("latin-1"))


def _declared(data: bytes) -> str:
    """What markup says that it is written in. To be read so far, it cannot be UTF-16."""
    start = _COMMENTS.sub(b"", data[:4096]).lstrip()
    found = _DECLARED.search(start) if start.startswith(b"<") else None
    name = named((found[1] or found[2]).decode("ascii", "replace")) if found else None
    return "utf-8" if name and name.startswith("utf-16") else name or ""


def _readable(data: bytes, encoding: str, errors: str = "strict") -> Decoded | None:
    if not encoding:
        return None
    try:
        text = decoded_as(data, encoding, errors)
    except UnicodeDecodeError:
        return None
    return None if _is_odd(text) else Decoded(_CONTROLS.sub("\ufffd", text), encoding)


def _is_odd(text: str) -> bool:
    """Text has no control characters, save where it is damaged."""
    return len(_CONTROLS.findall(text)) > 1 + len(text) // DAMAGE


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 and UTF-32 without a mark: of ASCII's characters, every other byte is zero."""
    odd = data[1::2].count(0) > data[0::2].count(0)
    for end in ("le", "be") if odd else ("be", "le"):
        for encoding, width in ((f"utf-32-{end}", 4), (f"utf-16-{end}", 2)):
            found = _readable(data, encoding) if len(data) % width == 0 else None
            if found and not found.damaged and _are_usual(found.text):
                return found._replace(guessed=True)
    return None


def _are_usual(text: str) -> bool:
    """Whether nearly all Chinese characters of a text are common ones, as by chance a third is."""
    found = re.findall("[\u0600-\U0010ffff]", text)
    usual = sum(times for char, times in Counter(text).items() if _is_usual(char))
    return len(found) - usual <= len(found) // 10 and (
        usual >= MANY or not {" ", "\n"}.isdisjoint(text)
    )


def _is_usual(char: str) -> bool:
    if _LETTERS.match(char):
        return True
    codes = ((char.encode(codec, "ignore"), leads) for codec, leads in FIRST_LEVELS.items())
    return any(code and code[0] in leads for code, leads in codes)


def _guess(data: bytes, locale: str) -> Decoded | None:
    from .guesses import guessed  # noqa: PLC0415  few texts are in none that shows itself

    if found := _wide(data):
        return found
    declared = _declared(data)
    declared = "" if declared == "utf-8" else declared  # more of it is broken than whole
    encoding = declared or guessed(data, locale)
    found = _readable(data, encoding) or _readable(data, encoding, errors="replace")
    if found is None or found.damaged > 1 + len(found.text) // DAMAGE:
        return None
    return found._replace(guessed=not declared)
