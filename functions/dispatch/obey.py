"""What is decided about control words: stop, resume, check, repeat."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import json

from functions.dispatch import core
from functions.dispatch.core import Decision
from functions.dispatch.planner.base import Step
from switchboard import config, control
from switchboard.config import Amounts
from switchboard.errors import BadRequestError, NotAllowedError
from switchboard.ledger import refs, stops
from switchboard.ledger.people import Person
from switchboard.ledger.refs import Ended
from switchboard.ledger.states import OpState
from switchboard.models import Envelope, Locale
from switchboard.phrases import locale_of, say
from switchboard.sdk.manifest import Effect

Find = Callable[[str, str], Ended | None]
"""The ended call of a lane that has this ref."""


def decide(envelope: Envelope, person: Person, find: Find) -> Decision | None:
    """What to do about a control word; None when the message is none."""
    word, rest = control.word_of(envelope.text)
    if not word:
        return None
    locale = locale_of(envelope.text, envelope.sender.locale)
    try:
        if word in {"stop", "resume"}:
            return _halt(envelope, person, locale, word, rest)
        ended = _named(envelope, word, rest, find)
        if word == "repeat":
            return _repeat(envelope, person, locale, ended)
        return _check(envelope, person, locale, ended)
    except (BadRequestError, NotAllowedError) as error:
        return core.refused(envelope, error, locale)


def _halt(
    envelope: Envelope, person: Person, locale: Locale, word: str, rest: list[str]
) -> Decision:
    """Anybody known may stop their conversation; it takes a member to resume it, and an admin

    for both of the workspace. Neither counts towards a cap.
    """
    everything = rest[:1] != [] and rest[0].lower() in control.EVERYTHING
    if everything and person.role != "admin":
        raise NotAllowedError("not an admin", say="only_admins")
    if word == "resume" and person.role == "guest":
        raise NotAllowedError("a guest")
    lane = "" if everything else envelope.lane
    moves = (
        stops.stop_guards(lane, envelope.received_at)
        if word == "stop"
        else stops.resume_guards(lane)
    )
    phrase = {"stop": "stopped", "resume": "resumed"}[word] + ("_all" if everything else "_here")
    return Decision(
        locale,
        answer=core.spoken(envelope.id, say(phrase, locale)),
        said=f"{word} all" if everything else word,
        guards=tuple(moves),
    )


def _named(envelope: Envelope, word: str, rest: list[str], find: Find) -> Ended:
    if not rest:
        raise BadRequestError("no ref", say="which_ref", word=word)
    ended = find(envelope.lane, rest[0])
    if ended is None or ended.command.params.meta.tool not in config.catalogue():
        raise BadRequestError("ref", say="unknown_ref", name=rest[0][:40])
    return ended


def _repeat(envelope: Envelope, person: Person, locale: Locale, ended: Ended) -> Decision:
    """The same call anew, by whoever asks now. Where the vendor knows calls by a key, or can be

    asked, it has the key of the first: if that one did happen, this one does not.
    """
    if ended.repeated:
        raise BadRequestError("repeated", say="already_repeated")
    again = ended.state == OpState.UNKNOWN and _effect(ended) is not Effect.ONCE
    repeats = ended.command.key if again else None
    planned = core.planned_for(envelope, person, locale, _step(ended), repeats=repeats)
    return Decision(
        locale,
        (planned,),
        used=core.used_by(planned),
        guards=(refs.repeat_guard(ended, envelope.id),),
    )


def _check(envelope: Envelope, person: Person, locale: Locale, ended: Ended) -> Decision:
    effect = _effect(ended)
    if effect is Effect.QUERYABLE and ended.state == OpState.UNKNOWN:
        planned = core.planned_for(
            envelope,
            person,
            locale,
            _step(ended),
            repeats=ended.command.key,
            looks=ended.command.id,
        )
        return Decision(locale, (planned,), used=core.used_by(planned))
    meta = ended.command.params.meta
    phrase = "check_by_hand"
    if ended.state != OpState.UNKNOWN:
        phrase = "check_not_run"
    elif effect in {Effect.KEYED, Effect.IDEMPOTENT}:
        phrase = "check_is_safe"
    text = say(
        phrase,
        locale,
        tool=meta.tool,
        operation=ended.command.method,
        ref=refs.ref_of(ended.command.id),
        at=_at(meta.asked_at, person.timezone),
        attempts=ended.attempt,
        arguments=_listed(ended),
    )
    return Decision(locale, answer=core.spoken(envelope.id, text), used=Amounts(messages=1))


def _effect(ended: Ended) -> Effect:
    """A call that is not offered any more is not known to be safe."""
    manifest = config.catalogue()[ended.command.params.meta.tool]
    operation = manifest.operations.get(ended.command.method)
    if operation is None:
        raise BadRequestError(
            "operation",
            say="unknown_operation",
            tool=manifest.name,
            name=ended.command.method,
            near="",
        )
    return operation.effect


def _step(ended: Ended) -> Step:
    command = ended.command
    return Step(command.params.meta.tool, command.method, command.params.arguments)


def _listed(ended: Ended) -> str:
    arguments = ended.command.params.arguments.items()
    return "\n".join(f"- `{name}`: {json.encode(value).decode()}" for name, value in arguments)


def _at(seconds: float, zone: str) -> str:
    where = ZoneInfo(zone or config.load().workspace.timezone)
    return datetime.fromtimestamp(seconds, where).strftime("%Y-%m-%d %H:%M")
