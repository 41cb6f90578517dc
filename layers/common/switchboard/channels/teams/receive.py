"""Microsoft Teams: activities for a bot of the Bot Framework. Source: learn.microsoft.com."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    read_json,
    same,
    shape,
)
from switchboard.channels.kit import jwks
from switchboard.channels.kit.files import attachments
from switchboard.channels.kit.teams_activity import (
    ALONE,
    Activity,
    Origin,
    chat_of,
    files_of,
    is_for_us,
    is_ours,
    sender_of,
    tenant_of,
    words_of,
)
from switchboard.channels.teams.places import serves
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

ISSUER = "https://api.botframework.com"
KEYS = "https://login.botframework.com"
CONFIGURATION = "/v1/.well-known/openidconfiguration"


class TeamsReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._apps = current(values, "app_id")
        self._tenants = current(values, "tenant_id")
        self._api = values.get("api", "").rstrip("/")

    def receive(self, webhook: Webhook) -> Received:
        """New messages of people. Edits, deletes and reactions are other types of activity."""
        body = self._proven(webhook)
        is_message = body.get("type") == "message"
        envelope = self._envelope(body, webhook.received_at) if is_message else None
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _proven(self, webhook: Webhook) -> dict[str, Any]:
        """A token of the Bot Framework for us, that names this very service, for our tenant.

        The body is not signed: it is believed as far as it says what the token says.
        """
        claims, key = jwks.verified(
            webhook,
            f"{self._api or KEYS}{CONFIGURATION}",
            audiences=self._apps,
            issuers=(ISSUER,),
        )
        try:
            body = read_json(webhook.body)
            origin = shape(body, Origin)
        except BadRequestError as error:
            raise BadSignatureError("activity") from error
        if origin.channel_id not in key.endorsements:
            raise BadSignatureError("endorsements")
        if not same(str(claims.get("serviceurl", "")), origin.service_url):
            raise BadSignatureError("serviceurl")
        if not serves(origin.service_url, self._api):
            raise BadSignatureError("service host")
        if not any_same(tenant_of(origin), self._tenants):
            raise BadSignatureError("tenant")
        return body

    def _envelope(self, body: Mapping[str, Any], now: float) -> Envelope | None:
        activity = shape(body, Activity)
        if is_ours(activity) or not is_for_us(activity):
            return None
        sender, chat = sender_of(activity), chat_of(activity)
        text, files = words_of(activity), files_of(activity)
        if not (text or files):
            return None
        made = envelope_id("teams", self._account, chat, activity.id)
        service, conversation = activity.service_url, activity.conversation.id
        return Envelope(
            id=made,
            channel="teams",
            account=self._account,
            conversation=chat,
            chat="direct" if activity.conversation.conversation_type == ALONE else "group",
            sender=Sender(sender, name=activity.sender.name, locale=activity.locale),
            text=text,
            attachments=attachments(made, files),
            reply_to={"service": service, "conversation": conversation},
            received_at=now,
        )


_: type[Receiver] = TeamsReceiver
