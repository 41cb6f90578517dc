"""Calls that need an approval: asking for it instead of running, and the grant that it comes to.

What needs one is decided here too, not only in dispatch: a call that comes without a grant is asked
about, whoever sent it, and a grant is a signature that dispatch cannot make (docs/adr/0026).
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib import import_module
from typing import Any

from msgspec import json, structs

from switchboard import phrases, rules, text
from switchboard.frame import undo
from switchboard.frame.output import previewed
from switchboard.frame.package import Tool
from switchboard.ledger.claims import Claim, OpenOp
from switchboard.ledger.questions import AskedCall
from switchboard.models import Ask, Command
from switchboard.sdk.adapter import Output
from switchboard.sdk.kit import shown, words
from switchboard.sdk.manifest import Operation

MAX_FORESEEN = 6_000
"""Bytes of what would happen; of more, people see the beginning."""


def missing(tool: Tool, operation: Operation, claim: Claim) -> Ask | None:
    """How the call must be approved before it runs.

    None when it need not be, only looks for another, or has what it was claimed with: its grant,
    or the right to take back what it was approved for.
    """
    meta, method = claim.command.params.meta, claim.command.method
    if meta.looks or meta.undoes or meta.grant:
        return None
    required = rules.required(operation, tainted=claim.tainted)
    if meta.asks is None:
        return required
    code = required is not None and required.code
    # Whoever may not run it by their role approves it for nobody, whatever dispatch says.
    verdict = rules.verdict(tool.name, method)
    denied = {role for role, one in verdict.by_role.items() if one and one.effect == "deny"}
    approvers = tuple(role for role in meta.asks.approvers if role not in denied)
    return structs.replace(meta.asks, approvers=approvers, code=meta.asks.code or code)


def is_wary(tool: Tool, command: Command) -> bool:
    """Whether the call, which nobody is asked about, must be if it is tainted.

    The ledger is looked at for that, not what dispatch says of the call.
    """
    meta, operation = command.params.meta, tool.manifest.operations.get(command.method)
    if operation is None or meta.looks or meta.undoes or meta.grant or meta.asks:
        return False
    return rules.required(operation, tainted=True) != rules.required(operation, tainted=False)


def ask(tool: Tool, operation: Operation, claim: Claim, asks: Ask) -> AskedCall:
    """What a person is to be asked about a call, with what would come of it.

    Raises RejectedError and UnavailableError as the adapter's preview does, and for arguments that
    do not fit: then there is nothing to ask.
    """
    command, locale = claim.command, claim.command.params.meta.locale
    arguments = shown.shown(command.params.arguments)
    fenced = words.fenced(arguments, shown.MOST) if arguments else ""
    tainted = claim.tainted or command.params.meta.tainted
    warned = phrases.say("asks_tainted", locale) if tainted else ""
    foreseen = previewed(tool, operation, claim) if operation.preview else Output(text="")
    return AskedCall(
        command=_about(command, foreseen.shown),
        asks=asks,
        manifest=digest_of(tool),
        summary=text.in_(operation.summary, locale),
        shown="\n\n".join(filter(None, (fenced, warned))),
        foreseen=text.beginning(foreseen.text, MAX_FORESEEN),
        for_good=text.in_(operation.no_undo, locale) if operation.no_undo else "",
    )


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
