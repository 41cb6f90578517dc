"""What the product makes of what is said in a chat, and of an answer's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from msgspec import json, structs

from functions.dispatch import decisions
from functions.dispatch.planner.base import Turn
from functions.ingest import app as ingest
from switchboard import control
from switchboard.channels import description
from switchboard.cloud import aws
from switchboard.errors import BadRequestError
from switchboard.models import Envelope, decode_inbox
from switchboard.phrases import public
from switchboard.runtime import current
from tests.cases.reading import Case
from tests.kit import channels, webhooks
from tests.kit.clock import NOW, Clock
from tests.kit.environment import CHANNELS, surroundings
from tests.kit.fakes import Aws
from tests.signers import signer
from tests.vectors.judging import DATED

CLIENT_ERRORS = range(400, 500)
WE = {
    "id": ("bot_id", "bot_user_id", "bot_open_id", "user_id"),
    "username": ("bot_username", "username"),
    "name": ("bot_name", "display_name"),
}
"""In which values accounts keep who the bot is there; a channel has those that its guide names."""
TOKENS = {"feishu": ("header", "token"), "mattermost": ("token",), "rocketchat": ("token",)}
"""Where the platform shows our token within what it says."""


def command(case: Case) -> dict[str, Any]:
    """Planned as it arrives from the chat page; what the page may not send is no command."""
    now = case.at.timestamp()
    event = webhooks.web(case.input().decode(), message=uuid4(), now=now)
    with account("web", signer("web").VALUES):
        _, found = _received(event, now)
        return {"plan": plan(found[0]) if found else None}


def render(case: Case) -> dict[str, Any]:
    markdown = case.input().decode().removesuffix("\n").removesuffix("\r")
    return {"text": channels.sender(case["channel"]).render(markdown)}


def channel(case: Case) -> dict[str, Any]:
    """Received as ingest does, from bytes that are sealed and signed with the account's values.

    Any clock may be taken where none is given: then one by which nothing that is said is old.
    """
    dated = case["channel"] in DATED and "now" not in case.told
    now = 0.0 if dated else case.at.timestamp()
    values = {**signer(case["channel"]).VALUES, **_ours(case), **case.get("account", {})}
    with account(case["channel"], values):
        status, found = _received(_signed(case, values, now), now)
        if status in CLIENT_ERRORS:
            return {"refused": True}
        if status >= CLIENT_ERRORS.stop:
            return {"answered": status}
        return {"messages": [_told(one) for one in found]}


@contextmanager
def account(name: str, values: Mapping[str, str]) -> Iterator[Aws]:
    """An AWS in memory, in which one account is connected."""
    cloud = Aws(Clock())
    cloud.parameters[CHANNELS] = {f"{name}/main": dict(values)}
    with surroundings():
        current().give(aws.transport, cloud)
        yield cloud


def plan(envelope: Envelope) -> Any:
    """What the planner of slash commands makes of it; an event plans nothing."""
    if envelope.kind != "message" or control.split(envelope.text) is None:
        return None
    word, _ = control.read(envelope.text)
    if word is not None:
        return "help" if word.name == "help" else {"word": word.form}
    turn = Turn(text=envelope.text, locale="en", role="admin", now=NOW)
    try:
        found = next((one for each in decisions.planners() if (one := each.plan(turn))), None)
    except BadRequestError as error:
        return {"refused": public(error, "en")}
    return structs.asdict(found.steps[0]) if found else None


def _received(event: Any, now: float) -> tuple[int, list[Envelope]]:
    cloud = aws.transport()
    response = ingest.respond(event, now)
    sent = [decode_inbox(one.body) for one in cloud.inbox.messages]
    return response.status, list(
        {one.id: one for one in sent if isinstance(one, Envelope)}.values()
    )


def _told(envelope: Envelope) -> dict[str, Any]:
    return {
        "text": envelope.text,
        "sender": envelope.sender.id,
        "conversation": envelope.conversation,
        "plan": plan(envelope),
    }


def _ours(case: Case) -> dict[str, str]:
    known = description.load(case["channel"]).guide.values
    told = ((case.get("we", {}).get(what), names) for what, names in WE.items())
    return {name: value for value, names in told if value for name in names if name in known}


def _signed(case: Case, values: Mapping[str, str], now: float) -> Any:
    body, more = case.input(), {}
    if case["as"] == "payload":
        body = urlencode({"payload": body.decode()}).encode()
    if case["channel"] == "teams":  # its token is for the service that the activity names
        more["serviceurl"] = json.decode(body).get("serviceUrl", "")
    if case["channel"] in TOKENS:  # where there may be several, they are told with blanks between
        token = values.get("verification_token") or values["token"].split()[0]
        body = _with_token(case, body, token)
    event = signer(case["channel"]).signed(body, now=now, values=values, **more)
    usual = {"json": webhooks.JSON, "xml": "text/xml"}.get(case["as"], webhooks.FORM)
    if case["as"] != "json" or event["headers"]["content-type"] == webhooks.FORM:
        event["headers"]["content-type"] = usual
    return event


def _with_token(case: Case, body: bytes, token: str) -> bytes:
    """As it is, but for a token that it lacks."""
    if case["as"] == "form":
        return body if b"token=" in body else body + b"&" + urlencode({"token": token}).encode()
    found = json.decode(body)
    head = found.get("header", found) if case["channel"] == "feishu" else found
    if "token" in head or "encrypt" in found:
        return body
    head["token"] = token
    return json.encode(found)
