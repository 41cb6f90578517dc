"""Ask a platform whether it takes our credentials, and who we are there."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cli.names import account_of
from switchboard.channels import description
from switchboard.channels.description import Lookup, Probe
from switchboard.channels.googlechat import send as googlechat
from switchboard.errors import AppError
from switchboard.net import http

Values = Mapping[str, str]

TOLD = ("error", "errcode", "error_code", "code")
"""Where platforms put the code of an error. Their sentences are not shown: they may quote us."""
MAX_TOLD = 60
UNREACHED = (
    "nobody answers there from this machine: look at its network, its name servers and proxies, "
    "then at the address; try again later when it is the other side's"
)
"""What to do when nothing is known of credentials, as nobody could be asked about them."""


def ask(probe: Probe, values: Values) -> str:
    """Nothing when the answer is as expected, else what it was; never a value of ours.

    Raises AppError when there is none.
    """
    reply = _call(probe, values)
    found = _at(reply, probe.field)
    wanted = probe.expected
    wanted = wanted.format_map(values) if isinstance(wanted, str) else wanted
    if found == wanted if wanted is not None else found:
        return ""
    told = [reply.body.get(name) for name in TOLD]
    codes = [str(one)[:MAX_TOLD] for one in told if one and isinstance(one, str | int)]
    return " ".join([f"answered {reply.status}", *codes])


def looked_up(what: str, values: Values) -> Values:
    """What nobody has told of ourselves, as far as the platform answers: all goes without."""
    found = description.load(account_of(what)[0])
    told = {}
    for name, lookup in found.lookups.items():
        if values.get(name):
            continue
        try:
            one = _told(lookup, found.probes[0], values)
        except (AppError, KeyError):  # a value that is needed is missing, which `split` says
            continue
        if isinstance(one, str) and one:
            told[name] = one
    return told


def _told(lookup: Lookup, probe: Probe, values: Values) -> Any:
    if lookup.token:
        values = {**values, "token": str(_at(_call(probe, values), lookup.token))}
    call = Probe(base=lookup.base, call=lookup.call, headers=lookup.headers, field="", advice="")
    return _at(_call(call, values), lookup.field)


def _at(reply: http.HttpResponse, field: str) -> Any:
    found: Any = reply.body
    for name in field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _call(probe: Probe, values: Values) -> http.HttpResponse:
    method, _, path = probe.call.partition(" ")
    base = (values.get("api") or probe.base).rstrip("/")
    url = base + path.format_map({name: quote(one, safe=":") for name, one in values.items()})
    if any("{assertion}" in one for one in probe.form.values()):
        values = {**values, "assertion": googlechat.assertion(values["service_account"])}
    headers = _filled(probe.headers, values)
    if probe.form:
        return http.form(url, _filled(probe.form, values), headers)
    return http.call(method, url, _filled(probe.json, values) or None, headers)


def _filled(templates: Values, values: Values) -> dict[str, str]:
    return {name: one.format_map(values) for name, one in templates.items()}
