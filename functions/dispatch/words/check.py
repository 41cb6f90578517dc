"""`/check`: looks for what an ended call did, or says what is known of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import json

from functions.dispatch.decisions import Case, Decision, call, run, spoken
from functions.dispatch.ended import effect_of, named, step_of
from switchboard import config
from switchboard.config import Amounts
from switchboard.control import Word
from switchboard.ledger import refs
from switchboard.ledger.refs import Ended
from switchboard.ledger.states import OpState
from switchboard.phrases import operation_of, say
from switchboard.sdk.manifest import Effect

WORD = Word(names=("check", "核对"), usage="REF")


def obey(case: Case, rest: list[str]) -> Decision:
    ended = named(case, "check", rest)
    effect = effect_of(ended)
    if effect is Effect.QUERYABLE and ended.state == OpState.UNKNOWN:
        of = ended.command
        return run(call(case, step_of(ended), repeats=of, looks=of.id))
    phrase = "check_by_hand"
    if ended.state != OpState.UNKNOWN:
        phrase = "check_not_run"
    elif effect in {Effect.KEYED, Effect.IDEMPOTENT}:
        phrase = "check_is_safe"
    return Decision(answer=spoken(case, _told(case, ended, phrase)), used=Amounts(messages=1))


def _told(case: Case, ended: Ended, phrase: str) -> str:
    meta = ended.command.params.meta
    zone = ZoneInfo(case.person.timezone or config.load().workspace.timezone)
    arguments = ended.command.params.arguments.items()
    return say(
        phrase,
        case.locale,
        tool=meta.tool,
        operation=operation_of(ended.command, case.locale),
        ref=refs.ref_of(ended.command.id),
        at=datetime.fromtimestamp(meta.asked_at, zone).strftime("%Y-%m-%d %H:%M"),
        attempts=ended.attempt,
        arguments="\n".join(f"- `{name}`: {json.encode(one).decode()}" for name, one in arguments),
    )
