"""One page about a stack's health: what is wrong, and what to do about it."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from cli import stack as stacks
from cli.connections import PAGE
from switchboard.errors import UnreadableError
from switchboard.ledger import accounts, clock, dead_letters, dues, stops, table

QUEUES = {
    "Inbox": "messages that wait to be planned; if dispatch raises, its log says why",
    "Hints": "calls whose turn it is; if dispatch raises, its log says why",
    "Outbox": "answers that wait to be pushed; if deliver raises, its log says why",
    "InboxDead": "the sweep empties it within a minute; if it does not, look at the sweep's log",
    "HintsDead": "the sweep empties it within a minute; if it does not, look at the sweep's log",
    "OutboxDead": "the sweep empties it within a minute; if it does not, look at the sweep's log",
    "Failures": "the sweep empties it within a minute; if it does not, look at the sweep's log",
}
BUSY = 100
"""Messages in a queue that flow may hold at once."""
BROKEN_SECONDS = 86_400.0
"""How long an account is told of that could not send."""
LATE_SECONDS = 180.0
"""How long the sweep may need for what is due."""


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    good: bool
    detail: str
    advice: str = ""
    """What to do, when it is not good."""


def examine(stack: str) -> list[Finding]:
    """Look at queues, due rows, dead letters, the sweep's clock, stops and alarms."""
    stacks.enter(stack)
    now = time.time()
    return [
        *_queues(stack),
        page_of(*(stacks.parameter(stack, one) for one in ("ingest", "console"))),
        *ledger(now),
        *_alarms(stack),
    ]


def page_of(ingest: Mapping[str, Any], console: Mapping[str, Any]) -> Finding:
    """Whether what serves the chat page knows its sessions by the same secret as its webhooks."""
    known = console.get(PAGE, {}) == ingest.get(PAGE, {})
    detail = "sessions are known by the same secret" if known else "no session of it is known"
    advice = "make a link, which tells the console: `switchboard link NAME`"
    return Finding("chat page", known, detail, advice)


def ledger(now: float) -> list[Finding]:
    """What the ledger's rows say."""
    sent = [_waiting(now), _broken(now)]
    return [_due(now), *sent, _unreadable(now), _clock(now), _dead(now), _stops()]


def page(findings: list[Finding]) -> str:
    """The findings for people: what is wrong first, with what to do."""
    lines = []
    for one in sorted(findings, key=lambda one: one.good):
        lines.append(f"{'ok ' if one.good else 'BAD'}  {one.what}: {one.detail}")
        if not one.good and one.advice:
            lines.append(f"     -> {one.advice}")
    bad = sum(not one.good for one in findings)
    lines.append(f"{bad} of {len(findings)} need attention" if bad else "all is well")
    return "\n".join(lines)


def _queues(stack: str) -> Iterator[Finding]:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for queue, advice in QUEUES.items():
        url = stacks.outputs(stack)[f"{queue}Url"]
        answer = stacks.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        waiting, flying = (int(answer["Attributes"][name]) for name in names)
        limit = BUSY if queue in {"Inbox", "Hints", "Outbox"} else 0
        age = _oldest(url)
        detail = f"{waiting} wait, {flying} in flight" + (f", oldest {age:.0f} s" if age else "")
        yield Finding(queue, waiting <= limit and age < LATE_SECONDS, detail, advice)


def _oldest(url: str) -> float:
    """Seconds that the oldest message has waited, as CloudWatch has it; 0 where it does not."""
    now = time.time()
    answer = stacks.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=now - 300,
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )
    points = sorted(answer.get("Datapoints", []), key=lambda point: point["Timestamp"])
    return float(points[-1]["Maximum"]) if points else 0.0


def _due(now: float) -> Finding:
    late = dues.list_due(now - LATE_SECONDS, 100)
    oldest = now - float(str(late[0]["due_at"])) if late else 0.0
    where = f"; the oldest of {late[0]['pk']}" if late else ""
    return Finding(
        "leases and hints",
        not late,
        f"{len(late)} rows are past theirs for {oldest:.0f} s{where}",
        "the sweep takes them up each minute: see its log, then `switchboard ledger show RUN`",
    )


def _waiting(now: float) -> Finding:
    """Answers that their platform did not take, by why it is so."""
    rows = [
        row
        for row in dues.list_due(now + dues.UNREADABLE_SECONDS, 1_000)
        if str(row["sk"]).startswith("answer#") and table.number(row.get("postponed", 0)) > 0
    ]
    # A row is kept for a given time from when the answer was there.
    ages = [now + table.KEEP_SECONDS - table.number(row["expires_at"]) for row in rows]
    reasons = sorted({str(row.get("why", "a platform is busy")) for row in rows})
    detail = f"{len(rows)} answers wait for their platform"
    if rows:
        detail += f", the oldest for {max(ages):.0f} s: {'; '.join(reasons)}"
    advice = "they are tried again by themselves, twenty times; `switchboard channels check` asks"
    return Finding("answers", not rows, detail, advice)


def _broken(now: float) -> Finding:
    """Accounts whose answers were given up of late."""
    found = [one for one in accounts.list_broken() if now - one.last < BROKEN_SECONDS]
    told = (f"; {one.account} {one.failures} times, last {one.reason}" for one in found)
    advice = "`switchboard channels check` with the account says what to do"
    detail = f"{len(found)} gave up answers in the last day{''.join(told)}"
    return Finding("accounts", not found, detail, advice)


def _unreadable(now: float) -> Finding:
    """Of all rows that are due soon: the sweep puts off those that it cannot read."""
    found = []
    for row in dues.list_due(now + dues.UNREADABLE_SECONDS + LATE_SECONDS, 1_000):
        try:
            dues.read(row)
        except UnreadableError as error:
            found.append(error.detail)
    return Finding(
        "unreadable rows",
        not found,
        f"{len(found)} rows are broken, or of another release"
        + "".join(f"; {one}" for one in found),
        "a later release wrote them: deploy it again; else look at `switchboard ledger show RUN`",
    )


def _clock(now: float) -> Finding:
    last = clock.last_tick("sweep")
    silent = now - last if last else 0.0
    detail = f"ran {silent:.0f} s ago" if last else "has never run"
    advice = "look at the Sweep function: its schedule, its errors, its throttles"
    return Finding("sweep", bool(last) and silent < LATE_SECONDS, detail, advice)


def _dead(now: float) -> Finding:
    letters = dead_letters.list_all()
    oldest = max((now - one.at for one in letters), default=0.0)
    return Finding(
        "dead letters",
        not letters,
        f"{len(letters)} messages could not be handled"
        + (f", oldest {oldest:.0f} s" * bool(letters)),
        "mend what dispatch's log names, then `switchboard redrive`; their senders have been told",
    )


def _stops() -> Finding:
    stopped = stops.is_workspace_stopped()
    return Finding(
        "workspace", not stopped, "is stopped" if stopped else "runs", "an admin says `/resume all`"
    )


def _alarms(stack: str) -> Iterator[Finding]:
    pages: Any = stacks.client("cloudwatch").get_paginator("describe_alarms")
    alarms = [
        one
        for found in pages.paginate(AlarmNamePrefix=stack, AlarmTypes=["MetricAlarm"])
        for one in found["MetricAlarms"]
    ]
    ringing = [one for one in alarms if one["StateValue"] == "ALARM"]
    yield Finding("alarms", not ringing, f"{len(ringing)} of {len(alarms)} ring")
    for one in ringing:
        said = one.get("AlarmDescription", one["AlarmName"])
        yield Finding("alarm", good=False, detail=said, advice=one.get("StateReason", ""))
