"""What people say of times in one spelling: lower case, numbers in digits, one blank."""

import re
import unicodedata

LONGEST = 120
"""Characters of what is read at all: nobody says more of a time, and reading takes longer."""

_ONES = {one: at for at, one in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_WEEKDAYS = {day: at for at, day in enumerate("一二三四五六", 1)} | {"日": 7, "天": 7}
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty-five": 45, "ninety": 90,
}  # fmt: skip
_SPELLED = (
    (r"\b([ap])\.? ?m\b\.?", r"\1m"),
    (r"(?<=\d)t(?=\d)", " "),
    (r"o['’]clock", "o'clock"),
    (r"[‐‑‒–—―~～〜−]", "-"),
    (r"(?<=\d)：(?=\d)", ":"),
    (r"(?:星期|礼拜)(?=[一二三四五六日天1-7])", "周"),
    (r"周([一二三四五六日天])", lambda found: f"周{_WEEKDAYS[found[1]]} "),
    (r"([大前今明后昨]+)(早上?|晚上?)(?!餐|饭)", lambda found: f"{found[1]}天{found[2][0]}上"),
    (r"\btonight\b", "today evening"),
    (r"\bthis (?=morning|afternoon|evening)", "today "),
    (r"\bin the (?=morning|afternoon|evening)|\bat (?=night$)", ""),
)


def normal(text: str) -> str:
    """`text` in the one spelling; empty where it is too long to be a time."""
    if len(text) > LONGEST:
        return ""
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".。!！")
    for said, meant in _SPELLED:
        text = re.sub(said, meant, text)
    text = re.sub(r"[〇零一二两三四五六七八九十]+", _number, text)
    text = re.sub(rf"\b(?:{'|'.join(_WORDS)})\b", lambda found: str(_WORDS[found[0]]), text)
    return re.sub(r" ?([\u4e00-\u9fff]) ?", r"\1", text).strip()


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _number(found: re.Match[str]) -> str:
    """`二十三` as 23, `零五` as 05, `二〇二六` as 2026; what is none stays as it is."""
    said = found[0]
    if "十" not in said:
        return "".join(str(_ONES[one]) for one in said)
    tens, _, ones = said.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return said
    return str(10 * (_ONES[tens] if tens else 1) + (_ONES[ones] if ones else 0))
