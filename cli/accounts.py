"""The accounts of channels: which there are, where their webhooks go, and whether all is set up."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from cli import stack as stacks
from cli import values as typed
from cli import vendors
from cli.doctor import Finding
from cli.names import account_of
from cli.problems import CommandError
from switchboard.channels import description
from switchboard.channels.description import Description, Probe
from switchboard.channels.registry import Inbound
from switchboard.errors import AppError
from switchboard.net import http
from switchboard.text import DEFAULT, in_

Values = Mapping[str, str]
UNSIGNED = b"{}"
REFUSED = 401
ADVICE = {
    403: "something before ingest refuses: a firewall, a proxy, the route",
    404: "ingest does not know the account: connect it, and look at ingest's log",
    405: "something before ingest changes the method: a proxy, a redirect",
    415: "something before ingest changes the content type: a proxy",
    429: "the API is throttled: try again in a moment",
}
"""What an unsigned webhook may be answered with instead of a refusal, and what to do."""
ACCEPTED = "the address is not Switchboard's, or its secrets are anybody's: take it off at once"


class Known(Struct, frozen=True):
    """One channel, and the names of its connected accounts."""

    channel: str
    title: str
    accounts: tuple[str, ...]


def address(stack: str, what: str, base: str = "") -> str:
    """Where the webhooks of `channel/account` go, or of the channel's account `main`."""
    kind, account = account_of(what)
    if base:
        base = typed.address(base, "--base")
    return f"{base or stacks.outputs(stack)['Url']}/webhook/{kind}/{account}"


def manifest(stack: str, what: str, base: str = "") -> str:
    """What the vendor makes an app of, with our address in it.

    Raises CommandError when there is no such channel, or its vendor takes none.
    """
    kind, _ = account_of(what)
    path = description.FOLDER / kind / "manifest.yaml"
    if not path.exists():
        raise CommandError(f"{kind} takes no manifest: docs/channels.md has its steps")
    return path.read_text(encoding="utf-8").replace("{url}", address(stack, what, base))


def listed(stack: str) -> list[Known]:
    """Every channel of the registry."""
    names = [name.partition("/") for name in sorted(stacks.parameter(stack, "ingest"))]
    return [
        Known(
            channel,
            in_(description.load(channel).title, DEFAULT),
            tuple(account for kind, _, account in names if kind == channel),
        )
        for channel in description.names()
    ]


def table(known: list[Known]) -> str:
    """The channels for people."""
    return "\n".join(
        f"{one.channel:<14} {one.title:<34} {', '.join(one.accounts) or '-'}" for one in known
    )


def check(stack: str, what: str, base: str = "") -> list[Finding]:
    """Look at an account's values, its webhook, and what its platform says of our credentials.

    Raises CommandError when there is no such channel.
    """
    kind, account = account_of(what)
    url = address(stack, what, base)
    sides = [
        stacks.parameter(stack, side).get(f"{kind}/{account}", {}) for side in ("ingest", "deliver")
    ]
    return examine(what, url, *sides)


def examine(what: str, url: str, into: Values, out: Values) -> list[Finding]:
    """The same, of an account with these values `into` ingest and `out` of deliver."""
    found = description.load(account_of(what)[0])
    findings = [
        _verifying(what, found.receive, into),
        _sending(what, found.outbound, out),
        _refusal(found, url),
    ]
    if found.unprobed:
        said = f"cannot be asked: {found.unprobed}; write /help there"
        return [*findings, Finding("credentials", good=True, detail=said)]
    if not all(one.good for one in findings[:2]):
        return findings  # there is nothing to ask with
    values = {**into, **out, "webhook": url}
    return [*findings, *(_asked(probe, values) for probe in found.probes)]


def _verifying(what: str, found: Inbound, values: Values) -> Finding:
    short = list(found.lacking(values))
    detail = "; ".join(_lacking(found, values, name) for name in short) or "all there"
    return Finding("values that verify", not short, detail, _advice(what, short))


def _lacking(found: Inbound, values: Values, name: str) -> str:
    least = found.secrets[name].least
    if not values.get(name, "").strip():
        return f"missing: {name}" + f" (at least {least} characters)" * (least > 1)
    return f"too short: {name} ({len(values[name].strip())} of at least {least} characters)"


def _sending(what: str, needed: Sequence[str], values: Values) -> Finding:
    blank = [name for name in needed if not values.get(name, "").strip()]
    detail = f"missing: {', '.join(blank)}" if blank else "all there"
    return Finding("values that send", not blank, detail, _advice(what, blank))


def _advice(what: str, names: list[str]) -> str:
    kind, account = account_of(what)
    given = " ".join(f"{name}=…" for name in names)
    where = f"docs/channels.md#{kind} says where they are"
    return f"`switchboard connect {kind}/{account}` with all values, also {given}; {where}"


def _refusal(found: Description, url: str) -> Finding:
    """Whether a webhook that nobody has signed is refused, which only a served account does."""
    sent = {"content-type": found.receive.content_types[0]}
    try:
        status = http.upload("POST", url + found.unsigned_at, UNSIGNED, sent, plain=True).status
    except AppError as error:
        advice = vendors.UNREACHED
        return Finding("webhook", good=False, detail=error.detail, advice=advice)
    detail = f"an unsigned webhook is answered {status}, as it should be"
    if status != REFUSED:
        detail = f"an unsigned webhook is answered {status}, not {REFUSED}"
    return Finding("webhook", status == REFUSED, detail, ADVICE.get(status, ACCEPTED))


def _asked(probe: Probe, values: Values) -> Finding:
    try:
        problem = vendors.ask(probe, values)
    except AppError as error:
        said = f"not known: {error.detail}"
        return Finding(probe.what, good=False, detail=said, advice=vendors.UNREACHED)
    advice = probe.advice.replace("{webhook}", values["webhook"])
    return Finding(probe.what, not problem, problem or "as they should be", advice)
