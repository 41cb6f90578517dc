"""How long something takes, as people say it: `90 minutes`, `1.5h`, `一个半小时`."""

import re
from decimal import Decimal

MOST = 366 * 1440
"""Minutes of the longest that is understood: more are slips."""
_UNITS = {
    "min": (1, "minutes?|mins?|m|分钟?"),
    "quarter": (15, "个?刻钟?"),
    "hour": (60, "hours?|hrs?|h|个?小时|个?钟头?"),
    "day": (1440, "days?|天|日"),
    "week": (7 * 1440, "weeks?|周|个?星期|个?礼拜"),
}
_PART = (
    r"(?P<number>\d+(?:\.\d+)?|an?(?= )) ?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, (_, words) in _UNITS.items())
    + r")(?![a-z])(?: ?(?:,|and|零|又)? ?)"
)
_HALVES = (
    (r"\b(\d+) and a half (hour|day|week)s?\b", r"\1.5 \2"),
    (r"\b(\d+) (hour|day|week)s? and a half\b", r"\1.5 \2"),
    (r"\ban? (hour|day|week) and a half\b", r"1.5 \1"),
    (r"(\d+)个半(小时|钟头|月|星期|礼拜)", r"\1.5\2"),
    (r"(\d+)个?(小时|钟头|天|星期|礼拜)半", r"\1.5\2"),
    (r"\bhalf (?:an? )?hours?\b|\ban? half hours?\b|半个?(?:小时|钟头)", "30 min"),
    (r"\b(?:an?|1) quarter (?:of an )?hour\b|\bquarter of an hour\b", "15 min"),
    (r"\b3 quarters of an hour\b", "45 min"),
    (r"半天", "12小时"),
    (r"\b(\d+) ?h(?:ours?)? ?(\d+)$|(\d+)小时(\d+)$", r"\1\3h \2\4m"),
    (r"\b(?:an?|1) fortnight\b|^fortnight$", "2 weeks"),
)
"""Halves and quarters, and the lengths that they are."""


def minutes(text: str) -> int | None:
    """The whole minutes that `text`, with its numbers in digits, says; None: it says none."""
    for said, meant in _HALVES:
        text = re.sub(said, meant, text)
    at, total, last = 0, Decimal(0), 7 * 1440 + 1
    while at < len(text):
        found = re.compile(_PART).match(text, at)
        if found is None:
            return None
        unit = next(size for name, (size, _) in _UNITS.items() if found[name])
        if unit >= last:  # two hours and an hour are no length
            return None
        number = found["number"]
        total += unit * (Decimal(number) if number[0].isdigit() else 1)
        at, last = found.end(), unit
    whole = total == total.to_integral_value() and 0 < total <= MOST
    return int(total) if whole else None
