"""Connecting at the vendor itself: OAuth 2.0 with PKCE (RFC 6749, 4.1; RFC 7636; RFC 9700).

The verifier is a cookie of the browser that began, and the state's row has its challenge: so the
answer is taken of that browser alone, once, and what is exchanged needs what only it has, the code
that came with it, and the operator's secret.
"""

import hmac
import secrets
from urllib.parse import urlencode, urlsplit

from msgspec import structs

from functions.connect import giving
from functions.connect.settings import ConnectSettings
from switchboard import pages
from switchboard.credentials import personal
from switchboard.errors import BadRequestError
from switchboard.ledger import tickets
from switchboard.net import oauth
from switchboard.net.oauth import Client
from switchboard.pages import Answer, Request
from switchboard.sdk.manifest import Manifest, OAuth

PURPOSE = "oauth"


def begun(asked: Request, now: float) -> Answer:
    """The link is used; the browser goes on to the vendor, with a state that is good once."""
    token = asked.fields.get("ticket", "").strip()
    found = giving.opened(token, giving.PURPOSE, now)
    grants, client = _required(found.tool)
    state, verifier = tickets.token(), secrets.token_urlsafe(48)
    data = {**found.ticket.data, "challenge": oauth.challenge(verifier)}
    going = structs.replace(found.ticket, purpose=PURPOSE, data=data)
    used = tickets.use_guard(token, giving.PURPOSE, now)
    tickets.transact([used.item, tickets.issue_guard(state, going, now).item])
    asking = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": _redirect(),
        "scope": " ".join(grants.scopes),
        "state": state,
        "code_challenge": data["challenge"],
        "code_challenge_method": "S256",
        **grants.extra,
    }
    return pages.moved(f"{grants.authorize}?{urlencode(asking)}", _cookie(verifier))


def ended(asked: Request, now: float) -> Answer:
    """The vendor's answer: what it grants is the person's credential from now on."""
    state, verifier = asked.query.get("state", ""), asked.cookies.get(_cookie_name(), "")
    found = giving.opened(state, PURPOSE, now)
    ticket, tool = found.ticket, found.tool
    grants, client = _required(tool)
    if not hmac.compare_digest(oauth.challenge(verifier), ticket.data["challenge"]):
        raise BadRequestError("another browser", say="another_browser")
    tickets.transact([tickets.use_guard(state, PURPOSE, now).item])
    if not _is_from(grants, asked.query.get("iss")) or not asked.query.get("code"):
        raise BadRequestError("refused", say="vendor_refused", tool=tool.name)
    try:
        tokens = oauth.exchanged(grants.token, client, asked.query["code"], verifier, _redirect())
    except BadRequestError:
        raise BadRequestError("refused", say="vendor_refused", tool=tool.name) from None
    values = {grants.secret: tokens.access}
    giving.keep(ticket, personal.made(tool.name, ticket.person, values, tokens, now), now)
    return giving.done(tool, asked.locale)


def _required(tool: Manifest) -> tuple[OAuth, Client]:
    client = giving.client_of(tool) if tool.oauth else None
    if tool.oauth is None or client is None:
        raise tickets.used()
    return tool.oauth, client


def _is_from(grants: OAuth, issuer: str | None) -> bool:
    """Whether the answer is the vendor's, as far as it says (RFC 9207).

    One that never said that it would say so is at home where it asks people.
    """
    if grants.issuer:
        return issuer == grants.issuer
    return issuer is None or urlsplit(issuer)[:2] == urlsplit(grants.authorize)[:2]


def _redirect() -> str:
    """Exactly as it is registered at the vendor's (RFC 9700, 4.1.3)."""
    return f"{ConnectSettings.load().public_url}/connect/callback"


def _cookie(verifier: str) -> str:
    """`Lax`, as the vendor leads back by a link; of this host alone where there is https."""
    secure = "; Secure" if _is_secure() else ""
    seconds = f"Max-Age={tickets.SECONDS:.0f}"
    return f"{_cookie_name()}={verifier}; Path=/; HttpOnly; SameSite=Lax; {seconds}{secure}"


def _cookie_name() -> str:
    return "__Host-connect" if _is_secure() else "connect"


def _is_secure() -> bool:
    return urlsplit(ConnectSettings.load().public_url).scheme == "https"
