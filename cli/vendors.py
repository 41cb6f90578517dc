"""Ask a platform whether it takes our credentials."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard.channels.description import Probe
from switchboard.channels.googlechat import send as googlechat
from switchboard.errors import AppError
from switchboard.net import http

Values = Mapping[str, str]

TOLD = ("error", "errcode", "error_code", "code")
"""Where platforms put the code of an error. Their sentences are not shown: they may quote us."""
MAX_TOLD = 60


def ask(probe: Probe, values: Values) -> str:
    """Nothing when the answer is as expected, else what it was; never a value of ours."""
    try:
        reply = _call(probe, values)
    except AppError as error:
        return error.detail
    found: Any = reply.body
    for name in probe.field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    wanted = probe.expected
    wanted = wanted.format_map(values) if isinstance(wanted, str) else wanted
    if found == wanted if wanted is not None else found:
        return ""
    told = [reply.body.get(name) for name in TOLD]
    codes = [str(one)[:MAX_TOLD] for one in told if one and isinstance(one, str | int)]
    return " ".join([f"answered {reply.status}", *codes])


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
