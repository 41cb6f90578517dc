"""The rows that say which effects are planned, started and done; the only package that knows them.

    run     run#<id>   run            the message itself; its presence is the deduplication
    op      run#<id>   op#<step>      PLANNED -> STARTED(lease) -> DONE | FAILED | UNKNOWN
    answer  run#<id>   answer#<step>  READY -> SENDING(lease) -> SENT | FAILED
    lane    lane#<lane>               the state-changing ops of a conversation, oldest first
    sender  sender#<channel>/<account>/<id>   who a sender is paired to
    subscriptions  subscriptions#<source>     the chats that are told what happens there
    letter  mailbox#<lane>  <time>    what the web channel has pushed, for the page to fetch

Every move is one function and one condition. A row that still needs something has `due` and
`due_at`: the sweep finds it by them when its hint was lost. Times are seconds since 1970, UTC.
"""

from switchboard.ledger.answers import Answer, Sending, postpone, settle, take
from switchboard.ledger.mailbox import Letter, leave, letters
from switchboard.ledger.ops import Claim, close, command_of, head_of, in_lane, release, start
from switchboard.ledger.people import Person, known, pair, person_at, person_of, stranger
from switchboard.ledger.runs import (
    LANE_LIMIT,
    Planned,
    StalePersonError,
    due,
    record,
)
from switchboard.ledger.subscriptions import (
    SUBSCRIBER_LIMIT,
    Subscriber,
    Subscriptions,
    changed,
    subscriptions_of,
)

__all__ = [
    "LANE_LIMIT",
    "SUBSCRIBER_LIMIT",
    "Answer",
    "Claim",
    "Letter",
    "Person",
    "Planned",
    "Sending",
    "StalePersonError",
    "Subscriber",
    "Subscriptions",
    "changed",
    "close",
    "command_of",
    "due",
    "head_of",
    "in_lane",
    "known",
    "leave",
    "letters",
    "pair",
    "person_at",
    "person_of",
    "postpone",
    "record",
    "release",
    "settle",
    "start",
    "stranger",
    "subscriptions_of",
    "take",
]
