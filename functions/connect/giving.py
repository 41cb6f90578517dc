"""The form for a tool's values, and what becomes of it: a credential that we cannot read back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from functions.connect.settings import ConnectSettings
from switchboard import audit, config, observe, pages, text
from switchboard.credentials import personal
from switchboard.errors import BadRequestError
from switchboard.ledger import credentials, people, runs, table, tickets
from switchboard.ledger.credentials import Credential
from switchboard.ledger.tickets import Ticket
from switchboard.models import Locale
from switchboard.net import egress
from switchboard.net.oauth import Client
from switchboard.pages import Answer, Request
from switchboard.phrases import say
from switchboard.sdk.manifest import Manifest

PURPOSE = "connect"
ENDPOINT = "endpoint"
LONGEST = 4_000


class Opened(Struct, frozen=True):
    """Whose link it is, and which tool they connect."""

    ticket: Ticket
    tool: Manifest


def shown(asked: Request, now: float) -> Answer:
    """The form for the link's tool; looking at it uses nothing."""
    token = asked.fields.get("ticket", "").strip()
    found = opened(token, PURPOSE, now)
    tool, locale = found.tool, asked.locale
    parts = [pages.paragraph(say("page_for", locale, tool=tool.name, person=found.ticket.person))]
    targets = []
    if tool.oauth and client_of(tool):
        host = urlsplit(tool.oauth.authorize)
        button = say("page_vendor", locale, host=host.netloc)
        parts += [pages.form("authorise", button, ticket=token)]
        parts += [pages.paragraph(say("page_or", locale))]
        targets = [f"{host.scheme}://{host.netloc}"]
    inputs = [
        pages.field(name, label_of(tool, name, locale), secret=name in tool.secrets, required=must)
        for name, must in _fields(tool)
    ]
    parts += [pages.form("credential", say("page_save", locale), *inputs, ticket=token)]
    title = say("page_connect_tool", locale, tool=tool.name)
    return pages.page(locale, title, *parts, targets=targets)


def given(asked: Request, now: float) -> Answer:
    """What was filled in is the person's credential from now on, and the link is used."""
    token = asked.fields.get("ticket", "").strip()
    found = opened(token, PURPOSE, now)
    values = _values(found.tool, asked.fields, asked.locale)
    ticket, tool = found.ticket, found.tool
    credential = personal.made(tool.name, ticket.person, values)
    keep(ticket, credential, now, tickets.use_guard(token, PURPOSE, now).item)
    return done(tool, asked.locale)


def opened(token: str, purpose: str, now: float) -> Opened:
    """The ticket, and its tool. Raises BadRequestError when it is not good for anything."""
    ticket = tickets.find(token, purpose, now)
    tool = config.catalogue().get(ticket.data.get("tool", ""))
    if tool is None or not tool.secrets:
        raise tickets.used()
    return Opened(ticket, tool)


def keep(ticket: Ticket, credential: Credential, now: float, *guards: dict[str, Any]) -> None:
    """Write it down, with a record of it, for a person who still is who asked for the link."""
    record = audit.Record(
        phase="control",
        at=now,
        op_id=table.unique(),
        run="",
        lane=ticket.sender,
        actor=ticket.person,
        tool=credential.tool,
        outcome="connected",
    )
    still = people.same_item(ticket.sender, ticket.person)
    kept = credentials.keep_items(credential, now)
    tickets.transact([*guards, still, *kept, runs.audit_item(record)])
    audit.mirror(record)
    observe.log("connected", tool=credential.tool)


def done(tool: Manifest, locale: Locale) -> Answer:
    first = tool.default or next(iter(tool.operations))
    told = say("page_done", locale, tool=tool.name, call=f"/{tool.name} {first}")
    return pages.page(
        locale, say("page_connect_tool", locale, tool=tool.name), pages.paragraph(told)
    )


def client_of(tool: Manifest) -> Client | None:
    """The operator's client at the tool's vendor."""
    return personal.client_of(f"{ConnectSettings.load().oauth_parameter}{tool.name}")


def label_of(tool: Manifest, name: str, locale: Locale) -> str:
    return text.in_(tool.labels[name], locale) if name in tool.labels else name


def _fields(tool: Manifest) -> list[tuple[str, bool]]:
    """Each name, and whether it has to be given: what is no secret may be the workspace's."""
    return [(name, False) for name in tool.values] + [(name, True) for name in tool.secrets]


def _values(tool: Manifest, fields: Mapping[str, str], locale: Locale) -> dict[str, str]:
    """What was given. Raises BadRequestError for what cannot be a value, and names its field."""
    found = {name: fields.get(name, "").strip() for name, _ in _fields(tool)}
    for name, must in _fields(tool):
        value, label = found[name], label_of(tool, name, locale)
        if must and not value:
            raise BadRequestError("missing", say="field_missing", label=label)
        if len(value) > LONGEST or not value.isprintable():
            raise BadRequestError("no value", say="field_unfit", label=label)
    if found.get(ENDPOINT):
        _require_public(found[ENDPOINT], label_of(tool, ENDPOINT, locale))
    return {name: value for name, value in found.items() if value}


def _require_public(url: str, label: str) -> None:
    """A person may name hosts of the public internet alone, by https.

    Its name is not looked up here: what it leads to is judged at each call, by the guard that is
    around the tool (docs/adr/0028).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    plain = host and parts.scheme == "https" and "@" not in parts.netloc and port != 0
    literal = host.replace(".", "").isdigit() or ":" in host or host.startswith("0x")
    if not plain or "." not in host.strip(".") or (literal and not egress.is_public(host)):
        raise BadRequestError("endpoint", say="endpoint_unfit", label=label)
