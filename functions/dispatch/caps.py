"""Caps: how much one person may use in a day, and what they are told who are over one."""

from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard import config
from switchboard.config import Amounts
from switchboard.errors import BadRequestError
from switchboard.ledger import usage
from switchboard.ledger.people import Person
from switchboard.ledger.table import Guard
from switchboard.models import Envelope
from switchboard.phrases import locale_of, say


def guard(envelope: Envelope, person: Person, used: Amounts, now: float) -> Guard:
    """What `record` needs for the message to be charged. Raises BadRequestError when it is over."""
    return usage.charge_guard(person.id, _day(envelope), used, config.load().caps.day, now)


def explained(envelope: Envelope, person: Person, used: Amounts) -> BadRequestError:
    """Which cap a refused message was over, and when it is lifted."""
    caps = config.load().caps.day
    name = usage.exceeded(person.id, _day(envelope), used, caps)
    what = say(f"cap_{name}", locale_of(envelope.text, envelope.sender.locale))
    values = {"what": what, "limit": f"{getattr(caps, name):g}", "zone": _zone()}
    return BadRequestError(f"over the cap of {name}", say="over_cap", **values)


def _day(envelope: Envelope) -> str:
    """The day that a message counts for: whoever plans it, and whenever, it is the same."""
    return datetime.fromtimestamp(envelope.received_at, ZoneInfo(_zone())).date().isoformat()


def _zone() -> str:
    return config.load().workspace.timezone
