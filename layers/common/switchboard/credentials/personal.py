"""People's own credentials: sealed for one tool and one person, and opened by that tool alone."""

import time
from collections.abc import Mapping

from msgspec import MsgspecError, json, structs

from switchboard.credentials import parameters, sealing
from switchboard.errors import BadRequestError, UnavailableError, UnreadableError
from switchboard.ledger import credentials
from switchboard.ledger.credentials import Credential
from switchboard.net import oauth
from switchboard.net.oauth import Client, Tokens
from switchboard.sdk.manifest import Manifest, OAuth
from switchboard.settings import Settings

MOST_BYTES = 4_096
"""What KMS seals at once (KMS API Reference, Encrypt)."""
MARGIN_SECONDS = 60.0
"""A token is not used in its last moments: the call takes a while, and clocks differ."""
PATIENCE_SECONDS, LOOKS = 0.5, 20
"""How often, and how many times, another environment's renewal is looked for."""


class OAuthSettings(Settings, frozen=True):
    oauth_parameter: str
    """Where the operator's client is, as `/<stack>/oauth/github`."""


def made(
    tool: str, person: str, values: Mapping[str, str], tokens: Tokens | None = None, now: float = 0
) -> Credential:
    """The person's credential, sealed. Raises BadRequestError when it is too long to be."""
    renewal = tokens.refresh if tokens else ""
    return Credential(
        tool=tool,
        person=person,
        sealed=_sealed(tool, person, json.encode(dict(values))),
        renewal=_sealed(tool, person, renewal.encode()) if renewal else "",
        until=now + tokens.seconds if tokens and tokens.seconds else 0.0,
    )


def values_of(tool: Manifest, person: str, now: float) -> dict[str, str] | None:
    """What the person gave for the tool, renewed where it was over; None: nothing.

    Raises BadRequestError when they have to connect it again, UnavailableError when it cannot be
    renewed just now, UnreadableError when it was sealed for somebody else.
    """
    found = credentials.find(tool.name, person)
    if found is None:
        return None
    if tool.oauth and found.renewal and found.until and found.until - MARGIN_SECONDS <= now:
        found = _renewed(tool, tool.oauth, found, now)
    return _opened(found)


def client_of(parameter: str) -> Client | None:
    """The operator's client at a vendor's; None: OAuth is not set up there."""
    text = parameters.read(parameter)
    told = json.decode(text, type=dict[str, parameters.Values]).get("client", {}) if text else {}
    known = told.get("client_id")
    return Client(known, told.get("client_secret", "")) if known else None


def _renewed(tool: Manifest, grants: OAuth, found: Credential, now: float) -> Credential:
    """The credential with a fresh token: of many who find it over, one asks the vendor.

    A vendor may take a refresh token once, and end all that it granted when it sees one again
    (RFC 9700, 4.14.2): so the others wait for what that one brings.
    """
    if not credentials.begin_renewal(found, now):
        return _awaited(found)
    try:
        tokens = _asked(grants, found)
    except BadRequestError:
        credentials.leave_renewal(found)
        raise again(tool.name) from None
    except UnavailableError:
        credentials.leave_renewal(found)
        raise
    values = _opened(found) | {grants.secret: tokens.access}
    renewed = made(tool.name, found.person, values, tokens, now)
    if not renewed.renewal:  # it goes on with the one that it has (RFC 6749, 6)
        renewed = structs.replace(renewed, renewal=found.renewal)
    return renewed if credentials.end_renewal(found, renewed) else _awaited(found)


def _asked(grants: OAuth, found: Credential) -> Tokens:
    client = client_of(OAuthSettings.load().oauth_parameter)
    if client is None:
        raise BadRequestError("no client")
    refresh = _unsealed(found, found.renewal).decode()
    return oauth.renewed(grants.token, client, refresh)


def _awaited(found: Credential) -> Credential:
    """What another environment has renewed. Raises UnavailableError when none has in time."""
    for _ in range(LOOKS):
        now = credentials.find(found.tool, found.person)
        if now is None:
            raise again(found.tool)
        if now.sealed != found.sealed:
            return now
        time.sleep(PATIENCE_SECONDS)
    raise UnavailableError("another environment renews the token")


def again(tool: str) -> BadRequestError:
    """What is said where the person's own connection does not let them in any more."""
    return BadRequestError("connect again", say="connect_again", tool=tool)


def _sealed(tool: str, person: str, plain: bytes) -> str:
    if len(plain) > MOST_BYTES:
        raise BadRequestError("too long", say="credential_too_long", limit=MOST_BYTES)
    return sealing.seal(plain, purpose=f"credential/{tool}", person=person)


def _opened(found: Credential) -> dict[str, str]:
    try:
        return json.decode(_unsealed(found, found.sealed), type=dict[str, str])
    except MsgspecError:
        raise UnreadableError("credential: another release's") from None


def _unsealed(found: Credential, sealed: str) -> bytes:
    purpose = f"credential/{found.tool}"
    return sealing.unseal(sealed, purpose=purpose, person=found.person)
