"""`make times FILE=...`: prints what is read otherwise than meant, and last how much of it.

One JSON object a line: `text`, `lang`, `now`, `timezone` and what is meant: `start`, `end` (of days
the last), `duration` in minutes, `rule`, or `ambiguous`; or `any_of` such answers.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from msgspec import json

from switchboard.sdk.kit.times import spoken

Case = Mapping[str, Any]
FACTS = ("start", "end", "duration", "rule")
SERIES = 40
"""How many times of a rule are compared."""


def main(file: Path) -> int:
    counts = Counter({"exact": 0, "asked": 0, "silent_wrong": 0})
    for line in filter(None, map(bytes.strip, file.read_bytes().splitlines())):
        case = json.decode(line)
        answer = read(case)
        verdict = judge(answer, case)
        counts[verdict] += 1
        if verdict != "exact":
            print(f"{verdict}: {case['text']} ({case['now']}): {answer}")
    print(json.encode(counts).decode())
    return 1 if counts["silent_wrong"] or not counts.total() else 0


def read(case: Case) -> dict[str, Any]:
    """What is made of it; what may be several things is asked back."""
    zone = ZoneInfo(case["timezone"])
    now = datetime.fromisoformat(case["now"])
    now = now.astimezone(zone) if now.tzinfo else now.replace(tzinfo=zone)
    found = spoken.read(case["text"], now, chinese=case.get("lang") == "zh")
    if len(found) != 1:
        return {"ambiguous": True}
    (said,) = found
    if "INTERVAL" in said.rule and not said.start:  # it is the person's to say when it begins
        return {"ambiguous": True}
    points = {name: getattr(said, name) for name in ("start", "end")}
    told: dict[str, Any] = {name: spoken.shown(at) for name, at in points.items() if at}
    told |= {"duration": said.minutes} if said.minutes else {}
    return told | ({"rule": said.rule} if said.rule else {})


def judge(answer: Case, case: Case) -> str:
    """Whether it is exact, silent_wrong, or asked where a value was due."""
    right = [normal(one, case) for one in case.get("any_of", [case])]
    try:
        got = normal(answer, case)
    except (TypeError, ValueError):  # no time, or no rule
        return "silent_wrong"
    if got in right:
        return "exact"
    return "asked" if got is None else "silent_wrong"


def normal(answer: Case, case: Case) -> Any:
    """What an answer means, so that equal meanings are equal; None: it asks or refuses."""
    if answer.get("ambiguous") or not any(answer.get(name) for name in FACTS):
        return None
    zone, now = ZoneInfo(case["timezone"]), datetime.fromisoformat(case["now"])
    start, end = (_point(answer[key], zone) if answer.get(key) else None for key in FACTS[:2])
    length = answer.get("duration")
    if isinstance(start, datetime) and length and not end:
        end, length = start + timedelta(minutes=length), None
    elif start and end:
        length = None
    if start == end and not isinstance(start, datetime):
        end = None
    if not answer.get("rule"):
        return start, end, length
    span = end - start if start and end else length
    return "series", _series(answer["rule"], start, now.replace(tzinfo=None)), span


def _point(text: str, zone: ZoneInfo) -> date:
    if "T" not in text and " " not in text:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    return at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at


def _series(written: str, start: date | None, now: datetime) -> list[date]:
    rule = written.removeprefix("RRULE:").replace("Z", "")
    timed = isinstance(start, datetime) or "BYHOUR" in rule
    base = now.replace(second=0)
    if start is not None:
        base = (
            start if isinstance(start, datetime) else datetime.combine(start, datetime.min.time())
        )
    if not timed:
        base = base.replace(hour=0, minute=0)
    found: list[date] = []
    for at in rrulestr(rule, dtstart=base):
        if (timed and at > now) or (not timed and at.date() > now.date()):
            found.append(at if timed else at.date())
        if len(found) == SERIES:
            break
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
