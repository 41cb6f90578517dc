"""The rows that say which effects are planned, started and done; the only package that knows them.

    run     run#<id>   run            the message itself; its presence is the deduplication
    op      run#<id>   op#<step>      PLANNED -> STARTED(lease) -> DONE | FAILED | UNKNOWN | EXPIRED
                                      | STOPPED
    answer  run#<id>   answer#<step>  READY -> SENDING(lease) -> SENT | FAILED | HELD -> READY
    held    held#<lane>  <time>#<id>#<step>   an answer HELD until the person's next message
    broken  broken#accounts  <account>        an account that could not send, for the operator
    lease   lease#<name>  lease               what one environment at a time does
    lane    lane#<lane>               the changes of a conversation, oldest first, and its stop
    stop    stop#<shard>              the workspace's stop
    sender  sender#<channel>/<account>/<id>   who a sender is paired to
    usage   usage#<person>  <day>     what the person has used of the day's caps
    ref     ref#<lane>      <ref>     the call that a person means by a ref
    subscriptions  subscriptions#<source>     the chats that are told what happens there
    letter  mailbox#<lane>  <time>    what the web channel has pushed, for the page to fetch
    dead    dead       <id>           a queue message that could not be handled
    clock   clock#<name>              when a scheduled function last ran

Every move is one function and one condition. A row that still needs something has `due` and
`due_at`: the sweep finds it by them when its hint was lost. Times are seconds since 1970, UTC.
"""

from switchboard.ledger.accounts import Broken, all_broken, broken
from switchboard.ledger.answers import Answer, Sending, postpone, settle, take
from switchboard.ledger.clock import last_tick, ticked
from switchboard.ledger.dues import Due, due, take_up
from switchboard.ledger.history import history, run_of_call
from switchboard.ledger.lanes import head_of, place_of
from switchboard.ledger.letters import DeadLetter, buried, bury, forget, keep, redriven
from switchboard.ledger.mailbox import Letter, leave, letters
from switchboard.ledger.ops import (
    Claim,
    Planned,
    StoppedError,
    UnpairedError,
    Waiting,
    close,
    end,
    release,
    start,
    waiting,
)
from switchboard.ledger.people import (
    Person,
    StalePersonError,
    known,
    pair,
    person_at,
    person_of,
    stranger,
    unpair,
)
from switchboard.ledger.refs import Ended, find, ref_of, repeat
from switchboard.ledger.runs import record
from switchboard.ledger.stops import all_stopped, resume, stop
from switchboard.ledger.subscriptions import (
    SUBSCRIBER_LIMIT,
    Subscriber,
    Subscriptions,
    changed,
    subscriptions_of,
)
from switchboard.ledger.table import Guard
from switchboard.ledger.usage import charge, full

__all__ = [
    "SUBSCRIBER_LIMIT",
    "Answer",
    "Broken",
    "Claim",
    "DeadLetter",
    "Due",
    "Ended",
    "Guard",
    "Letter",
    "Person",
    "Planned",
    "Sending",
    "StalePersonError",
    "StoppedError",
    "Subscriber",
    "Subscriptions",
    "UnpairedError",
    "Waiting",
    "all_broken",
    "all_stopped",
    "broken",
    "buried",
    "bury",
    "changed",
    "charge",
    "close",
    "due",
    "end",
    "find",
    "forget",
    "full",
    "head_of",
    "history",
    "keep",
    "known",
    "last_tick",
    "leave",
    "letters",
    "pair",
    "person_at",
    "person_of",
    "place_of",
    "postpone",
    "record",
    "redriven",
    "ref_of",
    "release",
    "repeat",
    "resume",
    "run_of_call",
    "settle",
    "start",
    "stop",
    "stranger",
    "subscriptions_of",
    "take",
    "take_up",
    "ticked",
    "unpair",
    "waiting",
]
