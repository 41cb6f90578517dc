"""The rows that say which effects are planned, started and done; the only package that knows them.

    run     run#<id>   run            the message itself; its presence is the deduplication
    op      run#<id>   op#<step>      PLANNED -> STARTED(lease) -> DONE | FAILED | UNKNOWN
    answer  run#<id>   answer#<step>  READY -> SENDING(lease) -> SENT | FAILED | HELD -> READY
    held    held#<lane>  <time>#<id>#<step>   an answer HELD until the person's next message
    broken  broken#accounts  <account>        an account that could not send, for the operator
    lease   lease#<name>  lease               what one environment at a time does
    lane    lane#<lane>               the state-changing ops of a conversation, oldest first
    sender  sender#<channel>/<account>/<id>   who a sender is paired to
    letter  mailbox#<lane>  <time>    what the web channel has pushed, for the page to fetch

Every move is one function and one condition. A row that still needs something has `due` and
`due_at`: the sweep finds it by them when its hint was lost. Times are seconds since 1970, UTC.
"""

from switchboard.ledger.accounts import Broken, all_broken, broken
from switchboard.ledger.answers import Answer, Sending, postpone, settle, take
from switchboard.ledger.mailbox import Letter, leave, letters
from switchboard.ledger.ops import Claim, close, command_of, head_of, in_lane, release, start
from switchboard.ledger.people import Person, known, pair, person_of, stranger
from switchboard.ledger.runs import (
    LANE_LIMIT,
    Planned,
    StalePersonError,
    due,
    record,
)

__all__ = [
    "LANE_LIMIT",
    "Answer",
    "Broken",
    "Claim",
    "Letter",
    "Person",
    "Planned",
    "Sending",
    "StalePersonError",
    "all_broken",
    "broken",
    "close",
    "command_of",
    "due",
    "head_of",
    "in_lane",
    "known",
    "leave",
    "letters",
    "pair",
    "person_of",
    "postpone",
    "record",
    "release",
    "settle",
    "start",
    "stranger",
    "take",
]
