"""Weekends, weeks and months, from their first day to their last."""

import re
from datetime import timedelta

from switchboard.sdk.kit.times import dates
from switchboard.sdk.kit.times.days import SHIFTS, Asked
from switchboard.sdk.kit.times.moments import DAY, When

_WHICH = "(?:(this|next|last|the|上上|下下|上|这|本|下)个? ?)"
_WEEKEND, _WEEK = rf"{_WHICH}?(?:weekend|周末)", rf"{_WHICH}(?:week|周|星期|礼拜)"
_MONTH = rf"{_WHICH}(?:month|月)"


def read(text: str, asked: Asked) -> list[tuple[When, When]]:
    """The one that `text`, in one spelling, is, if any."""
    for pattern, opens, closes in ((_WEEKEND, 5, 6), (_WEEK, 0, 6)):
        if found := re.fullmatch(pattern, text):
            weeks = SHIFTS.get(found[1] or "", 0)
            monday = asked.today + timedelta(7 * weeks - asked.today.weekday())
            return [(monday + opens * DAY, monday + closes * DAY)]
    if found := re.fullmatch(_MONTH, text):
        first = dates.later(asked.today.replace(day=1), SHIFTS.get(found[1], 0))
        return [(first, dates.later(first, 1) - DAY)]
    return []
