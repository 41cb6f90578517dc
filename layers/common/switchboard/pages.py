"""Small pages that we write whole: forms, without scripts but for one that is named by its digest.

They are served by functions behind the HTTP API (payload format 2.0) and kept nowhere: their
addresses and fields may hold what opens something. Nothing of a request is ever logged.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from switchboard.models import Locale
from switchboard.phrases import locale_of

MOST_FIELDS, MOST_BYTES = 50, 60_000
STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;
color:#1c1c1e;background:#fff}h1{font-size:1.3rem}label{display:block;margin:1rem 0}
input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;margin-top:.2rem}
button{font:inherit;padding:.5rem 1rem;margin:.5rem 0}.problem{color:#a40000}
@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1e}.problem{color:#ff9b9b}}
"""
TAKE = """
const ticket = location.hash.slice(1);
if (ticket) {
  history.replaceState(null, "", location.pathname);
  const form = document.forms[0];
  form.elements.ticket.value = ticket;
  form.submit();
}
"""
"""Moves the ticket behind a link's `#` into the form that is there: no browser sends it with an
address, so no log has it. Without scripts, people copy it themselves."""
Answer = dict[str, Any]


class Request(Struct, frozen=True, kw_only=True):
    """What a browser asks for."""

    method: str
    path: str
    """Below the API's stage."""
    headers: Mapping[str, str]
    """By their names in lower case."""
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    source: str
    """The address that it came from."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def fields(self) -> dict[str, str]:
        """Of the form that was sent; one that is too large has none."""
        return _pairs(self.body.decode(errors="replace")) if len(self.body) <= MOST_BYTES else {}

    @property
    def locale(self) -> Locale:
        return locale_of("", self.headers.get("accept-language", ""))

    @property
    def host(self) -> str:
        return self.headers.get("host", "")

    @property
    def is_ours(self) -> bool:
        """Whether a page of ours sent it, and no other site did.

        Browsers say so themselves; of one that does not, the origin must be the host asked. A page
        that sends no referrer has the origin `null` (Fetch, "append a request Origin header"), so
        that alone could not tell.
        """
        site = self.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return urlsplit(self.headers.get("origin", "")).netloc == self.headers.get("host", "-")

    def __repr__(self) -> str:
        return f"Request({self.method} {self.name})"


def request_of(event: Mapping[str, Any]) -> Request:
    """The request of an event; of what cannot be read the body is empty."""
    context = event["requestContext"]
    headers = {name.lower(): str(one) for name, one in event.get("headers", {}).items()}
    # The HTTP API takes cookies out of the headers, the local one leaves them.
    told = "; ".join([*event.get("cookies", ()), headers.pop("cookie", "")])
    return Request(
        method=str(context["http"]["method"]),
        path=str(event.get("rawPath", "")).removeprefix(f"/{context.get('stage', '$default')}"),
        headers=headers,
        query=_pairs(event.get("rawQueryString") or ""),
        cookies=_cookies(told),
        body=_body(event),
        source=str(context["http"].get("sourceIp", "")),
    )


def page(
    locale: Locale,
    title: str,
    *parts: str,
    status: int = 200,
    script: str = "",
    targets: Collection[str] = (),
) -> Answer:
    """A page of these parts, which are HTML; its forms lead to us, and on to the `targets`."""
    body = "".join(parts) + (f"<script>{script}</script>" if script else "")
    html = (
        f'<!doctype html><html lang="{escape(locale)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
    scripts = f"script-src {_digest(script)}; " if script else ""
    leads = " ".join(["'self'", *targets])
    policy = (
        f"default-src 'none'; {scripts}style-src {_digest(STYLE)}; "
        f"form-action {leads}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
    return {"statusCode": status, "headers": {**headers, **_CAREFUL}, "body": html}


def moved(url: str, cookie: str = "") -> Answer:
    """Go on there, by GET, with a cookie."""
    headers = {"location": url} | ({"set-cookie": cookie} if cookie else {})
    return {"statusCode": 303, "headers": {**headers, **_CAREFUL}, "body": ""}


def paragraph(text: str, *, problem: bool = False) -> str:
    marked = ' class="problem" role="alert"' if problem else ""
    return f"<p{marked}>{escape(text)}</p>"


def form(to: str, button: str, *inputs: str, **hidden: str) -> str:
    """A form that is sent to the page `to`, beside the one that it is on."""
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    sent = f"<button>{escape(button)}</button>"
    return f'<form method="post" action="{escape(to)}">{kept}{"".join(inputs)}{sent}</form>'


def field(name: str, label: str, *, secret: bool = False, required: bool = False) -> str:
    """One line to be filled in; what is secret is shown to nobody, and kept by no browser."""
    kind = "password" if secret else "text"
    needed = " required" if required else ""
    return (
        f'<label>{escape(label)}<input name="{escape(name)}" type="{kind}"{needed} '
        'autocomplete="off" autocapitalize="none" spellcheck="false"></label>'
    )


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:  # more fields than any form of ours has
        return {}


def _cookies(told: str) -> dict[str, str]:
    """Whatever other cookies the browser has for this host."""
    pairs = (one.strip().partition("=") for one in told.split(";"))
    return {name: value for name, _, value in pairs if name}


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        return b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        return b""


def _digest(text: str) -> str:
    """As a policy names what may run or style (W3C Content Security Policy 3)."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_CAREFUL = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
