"""Calls that need an approval: asking for it instead of running, and the grant that it comes to.

What needs one is decided here too, not only in dispatch: a call that comes without a grant is asked
about, whoever sent it, and a grant is a signature that dispatch cannot make (docs/adr/0026).
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, json, structs

from switchboard import config, phrases, rules, text
from switchboard.errors import BadRequestError
from switchboard.frame import undo
from switchboard.frame.output import previewed
from switchboard.frame.package import Tool
from switchboard.ledger import questions
from switchboard.ledger.ops import Claim, OpenOp
from switchboard.ledger.questions import Question
from switchboard.models import Ask, Button, Command, Outcome, Result
from switchboard.sdk.adapter import Output
from switchboard.sdk.kit import words
from switchboard.sdk.manifest import Operation, Risk

MAX_SHOWN = 4_000
"""Characters of a call that a person can be asked about: all of it is shown, or it is refused."""


class Asked(Struct, frozen=True):
    """The call is not run: the question to write down, and the answer that asks it."""

    question: Question
    result: Result


def missing(tool: Tool, operation: Operation, command: Command) -> Ask | None:
    """How the call must be approved before it runs.

    None when it need not be, only looks for another, or has what it was claimed with: its grant,
    or the right to take back what it was approved for.
    """
    meta = command.params.meta
    if meta.looks or meta.undoes or meta.grant:
        return None
    code = operation.risk in config.load().security.second_factor.required_for
    if meta.asks is None:
        return Ask(code=code) if code or operation.risk is Risk.DESTRUCTIVE else None
    # Whoever may not run it by their role approves it for nobody, whatever dispatch says.
    verdict = rules.verdict(tool.name, command.method)
    denied = {role for role, one in verdict.by_role.items() if one and one.effect == "deny"}
    approvers = tuple(role for role in meta.asks.approvers if role not in denied)
    return structs.replace(meta.asks, approvers=approvers, code=meta.asks.code or code)


def ask(tool: Tool, operation: Operation, claim: Claim, asks: Ask, now: float) -> Asked:
    """The question about a call, with what would come of it.

    Raises RejectedError and UnavailableError as the adapter's preview does, and for arguments that
    do not fit: then there is nothing to ask.
    """
    command = claim.command
    shown = _shown(command)
    foreseen = previewed(tool, operation, claim) if operation.preview else Output(text="")
    question = Question(
        command=_about(command, foreseen.shown),
        asks=asks,
        manifest=digest_of(tool),
        until=now + questions.SECONDS,
    )
    return Asked(question, _worded(tool, operation, question, shown, foreseen.text))


def permit(tool: Tool, op: OpenOp, now: float) -> Sequence[dict[str, Any]]:
    """What uses the grant of a call, or the right to an undo, in the transaction that starts it.

    Raises NotAllowedError when that is not for exactly this call, of this person, now.
    """
    meta = op.command.params.meta
    if meta.undoes:
        return undo.permit(tool, op, meta.undoes, now)
    if not meta.grant:
        return ()
    grants = import_module("switchboard.frame.grants")  # few calls have one, and jwt takes 40 ms
    grant = grants.opened(meta.grant, tool.name, now, first=op.attempt == 0)
    grants.require_bound(grant, op.command, digest_of(tool))
    items: Sequence[dict[str, Any]] = grants.used(grant, now, first=op.attempt == 0)
    return items


def digest_of(tool: Tool) -> str:
    """SHA-256 of the tool's manifest: a yes is to what the tool said of itself then."""
    return sha256(json.encode(tool.manifest, order="deterministic")).hexdigest()


def _about(command: Command, shown: str) -> Command:
    """The call, bound to what its preview was of."""
    meta = structs.replace(command.params.meta, shown=shown)
    return structs.replace(command, params=structs.replace(command.params, meta=meta))


def _shown(command: Command) -> str:
    lines = [
        f"{name} = {json.encode(value).decode()}"
        for name, value in command.params.arguments.items()
    ]
    shown = words.visible("\n".join(lines))
    if len(shown) > MAX_SHOWN:
        raise BadRequestError("too long to be shown", say="too_long_to_ask", limit=MAX_SHOWN)
    return words.fenced(shown, MAX_SHOWN) if shown else ""


def _worded(
    tool: Tool, operation: Operation, question: Question, shown: str, foreseen: str
) -> Result:
    command, asks = question.command, question.asks
    meta, locale = command.params.meta, command.params.meta.locale
    until = datetime.fromtimestamp(question.until, ZoneInfo(meta.timezone))
    values = {
        "who": meta.actor,
        "tool": tool.name,
        "operation": command.method,
        "summary": text.in_(operation.summary, locale),
        "ref": question.ref,
        "until": f"{until:%H:%M}",
        "zone": meta.timezone,
    }
    parts = [phrases.say("asks", locale, **values), shown]
    if foreseen:
        parts.append(phrases.say("asks_foreseen", locale, foreseen=foreseen))
    if operation.no_undo:
        why = text.in_(operation.no_undo, locale)
        parts.append(phrases.say("asks_for_good", locale, why=why))
    if asks.four_eyes:
        parts.append(phrases.say("asks_four_eyes", locale, **values))
    parts.append(phrases.say("asks_how_code" if asks.code else "asks_how", locale, **values))
    buttons = tuple(
        Button(phrases.say(f"button_{word}", locale), f"/{word} {question.ref}", code)
        for word, code in (("approve", asks.code), ("deny", False))
    )
    said = "\n\n".join(part for part in parts if part)
    return Result(id=command.id, result=Outcome(text=said, buttons=buttons))
