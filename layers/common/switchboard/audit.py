"""What is written about every call, before it and after it: no message body, no secret."""

import hashlib
from typing import Any, Literal

from msgspec import Struct, json, structs

from switchboard import observe
from switchboard.models import Command, Envelope

Phase = Literal["intent", "outcome", "denied", "control", "approval"]


class Record(Struct, frozen=True, kw_only=True):
    """One audit record. It is committed with the ledger move that it is about, or not at all."""

    phase: Phase
    at: float
    op_id: str
    run: str
    lane: str
    actor: str
    tool: str = ""
    operation: str = ""
    arguments_sha256: str = ""
    outcome: str = ""
    """The state that the call ended in, the code of a denial's reason, or what was obeyed."""
    undoes: str = ""
    """The op_id of the call that this one takes back."""


def intent(command: Command, now: float) -> Record:
    return _about(command, "intent", "", now)


def outcome(command: Command, state: str, now: float) -> Record:
    return _about(command, "outcome", state, now)


def answered(asked: Command, person: str, state: str, now: float) -> Record:
    """A question about this call was answered by this person, or by nobody in time."""
    return structs.replace(_about(asked, "approval", state, now), actor=person)


def denied(envelope: Envelope, actor: str, reason: str, now: float) -> Record:
    """Nothing was planned: the message was refused for `reason`, an error's code."""
    return _of_message(envelope, "denied", actor, reason, now)


def controlled(envelope: Envelope, actor: str, said: str, now: float) -> Record:
    """A word to the switchboard itself was obeyed, as `stop all`."""
    return _of_message(envelope, "control", actor, said, now)


def mirror(record: Record) -> None:
    """Repeat a committed record as a log line; a denial is also a metric."""
    facts = structs.asdict(record)
    facts["op"] = facts.pop("op_id")
    if record.phase == "denied":
        observe.count("audit", {"denials": 1}, **facts)
    else:
        observe.log("audit", **facts)


def digest(arguments: dict[str, Any]) -> str:
    """SHA-256 of a call's arguments in their one canonical form, in hexadecimal."""
    canonical = json.encode(arguments, order="deterministic")
    return hashlib.sha256(canonical).hexdigest()


def _of_message(envelope: Envelope, phase: Phase, actor: str, outcome: str, now: float) -> Record:
    return Record(
        phase=phase,
        at=now,
        op_id=str(envelope.id),
        run=str(envelope.id),
        lane=envelope.lane,
        actor=actor,
        outcome=outcome,
    )


def _about(command: Command, phase: Phase, state: str, now: float) -> Record:
    meta = command.params.meta
    return Record(
        phase=phase,
        at=now,
        op_id=str(command.id),
        run=str(meta.run),
        lane=meta.lane,
        actor=meta.actor,
        tool=meta.tool,
        operation=command.method,
        arguments_sha256=digest(command.params.arguments),
        outcome=state,
        undoes=str(meta.undoes or ""),
    )
