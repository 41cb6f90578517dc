"""What policy says about a call, as far as a role decides it: compiled from policy.cedar.

Where a rule looks at more than the role, Cedar itself is asked (`switchboard.cedar`), which this
does not import.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, json, structs

from switchboard import config
from switchboard.errors import NotAllowedError
from switchboard.models import ROLES, Ask, Command, Locale, Role
from switchboard.phrases import say
from switchboard.runtime import kept
from switchboard.sdk.manifest import Operation, Risk
from switchboard.text import Text, in_


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a rule of the file says beside when it holds."""

    id: str
    permits: bool
    ask: Literal["", "yes", "code"] = ""
    """Whether somebody has to say yes first, and how."""
    approvers: Role | Literal[""] = ""
    """The lowest role that may say it; where none is named, that of who asks."""
    four_eyes: bool = False
    reason: Text = {}


class Ruling(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a call may run, and who has to say yes to it first."""

    effect: Literal["allow", "ask", "deny"]
    rule: str = ""
    """The id of the rule that decided; empty where none matched, which denies."""
    reason: Text = {}
    """The rule's own words for it, by language."""
    approvers: tuple[str, ...] = ()
    """Of `ask`: the roles that may say yes. Whoever asked may, with such a role."""
    four_eyes: bool = False
    """Of `ask`: it takes somebody else than who asked."""
    code: bool = False
    """Of `ask`: a yes needs a one-time code."""

    def why(self, locale: Locale) -> str:
        """In plain words, in the reader's language."""
        return in_(self.reason, locale) if self.reason else say("role_too_low", locale)


class Verdict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is decided about an operation before anybody asks for it."""

    by_role: dict[str, Ruling | None]
    """None: it takes more than the role."""
    people: tuple[str, ...] = ()
    """The people whom rules name: for them, too."""
    needs: tuple[str, ...] = ()
    """What rules then look at, of the call's context; nothing else is read for them."""


def verdict(tool: str, operation: str, *, looks: bool = False) -> Verdict:
    """What is decided already about an operation, or about looking for what it did."""
    return _verdicts(tool)[name_of(operation, looks=looks)]


def name_of(operation: str, *, looks: bool) -> str:
    """How verdicts are named."""
    return f"{operation}?" if looks else operation


def by_role(verdict: Verdict, person: str, role: str) -> Ruling | None:
    """What the role decides; None: Cedar has to be asked. Who has no role may nothing."""
    if role not in ROLES:
        return Ruling(effect="deny")
    return None if person in verdict.people else verdict.by_role[role]


def require_role(command: Command) -> None:
    """What a tool checks once more, without Cedar: raises NotAllowedError for what the asker's role
    may not, whoever has planned the call."""
    meta = command.params.meta
    if meta.looks:  # it changes nothing
        return
    ruling = by_role(verdict(meta.tool, command.method), meta.actor, meta.role)
    if ruling is not None and ruling.effect == "deny":
        raise NotAllowedError(f"role {meta.role}", say="denied", why=ruling.why(meta.locale))


def ruled(matched: Sequence[Rule], role: str) -> Ruling:
    """What the rules that hold come to: `forbid` wins, then what asks, then what allows."""
    if against := [rule for rule in matched if not rule.permits]:
        return Ruling(effect="deny", rule=against[0].id, reason=against[0].reason)
    if not matched:
        return Ruling(effect="deny")
    asking = [rule for rule in matched if rule.ask]
    if not asking:
        return Ruling(effect="allow", rule=matched[0].id)
    named: list[str] = [rule.approvers for rule in asking if rule.approvers]
    least: str = max(named or [role], key=ROLES.index)
    return Ruling(
        effect="ask",
        rule=asking[0].id,
        reason=next((rule.reason for rule in asking if rule.reason), {}),
        approvers=ROLES[ROLES.index(least) :],
        four_eyes=any(rule.four_eyes for rule in asking),
        code=any(rule.ask == "code" for rule in asking),
    )


def secured(ruling: Ruling, operation: Operation, role: str, *, tainted: bool = False) -> Ruling:
    """What `ruling` comes to: no rule lets pass without a question what has to be asked about."""
    asks = required(operation, tainted=tainted)
    if ruling.effect == "deny" or asks is None:
        return ruling
    approvers = ruling.approvers or ROLES[ROLES.index(role) :]
    code = asks.code or ruling.code
    return structs.replace(ruling, effect="ask", code=code, approvers=approvers)


def required(operation: Operation, *, tainted: bool) -> Ask | None:
    """How a call has to be approved whatever the rules say; None: it need not be.

    Asked about is what cannot be undone, and what the configuration wants a code for. What was
    planned after its run had read words of third parties is `tainted`: then, too, all that changes
    something or tells others something (docs/adr/0036).
    """
    code = operation.risk in config.load().security.second_factor.required_for
    acts = operation.changes or operation.egress
    if code or operation.risk is Risk.DESTRUCTIVE or (tainted and acts):
        return Ask(code=code)
    return None


def _verdicts(tool: str) -> dict[str, Verdict]:
    known = _read()
    if tool not in known:
        text = (config.compiled() / "rules" / f"{tool}.json").read_bytes()
        known[tool] = json.decode(text, type=dict[str, Verdict])
    return known[tool]


@kept
def _read() -> dict[str, dict[str, Verdict]]:
    return {}
