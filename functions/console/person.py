"""Who the session's person is, and which of their changes wait or are kept from starting."""

from typing import Any

from switchboard import config, text
from switchboard.channels.web.session import ACCOUNT
from switchboard.ledger import credentials, lanes, ops, people, stops
from switchboard.ledger.claims import OpenOp
from switchboard.ledger.people import Person
from switchboard.models import Locale

MOST_CALLS = 10


def of(subject: str) -> Person:
    """The person that a session's sender is paired to; one without an id is nobody."""
    found = people.person_at("web", ACCOUNT, subject) or Person(id="", name="", role="")
    return people.within(found, "web", ACCOUNT)


def about(subject: str, locale: Locale) -> dict[str, Any]:
    """What the page says of them; the calls that wait are those of this conversation."""
    person, lane = of(subject), f"web/{ACCOUNT}/{subject}"
    waiting = lanes.list_waiting(lane)
    found = [one for hint in waiting[:MOST_CALLS] if (one := ops.find_open(hint))]
    return {
        "name": person.name,
        "role": person.role,
        "timezone": people.zone_of(person),
        "own": sorted(credentials.tools_of(person.id)) if person.id else [],
        "stopped": stops.is_stopped(lane),
        "everywhere": stops.is_workspace_stopped(),
        "calls": [_call(one, locale) for one in found],
        "more": max(len(waiting) - MOST_CALLS, 0),
    }


def _call(op: OpenOp, locale: Locale) -> dict[str, Any]:
    """What was asked for, without its arguments."""
    meta, method = op.command.params.meta, op.command.method
    tool = config.catalogue().get(meta.tool)
    known = tool.operations.get(method) if tool else None
    return {
        "tool": meta.tool,
        "operation": method,
        "summary": text.in_(known.summary, locale) if known else "",
        "began": op.attempt > 0,
        "at": meta.asked_at,
    }
