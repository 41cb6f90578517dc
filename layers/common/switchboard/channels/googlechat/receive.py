"""Google Chat: messages and pressed buttons. Source: developers.google.com/workspace/chat."""

from collections.abc import Mapping

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    read_json,
)
from switchboard.channels.googlechat.message import ChatEvent, event_of
from switchboard.channels.kit import jwks
from switchboard.channels.kit.files import attachments
from switchboard.errors import BadSignatureError
from switchboard.models import Envelope, Sender

CHAT = "chat@system.gserviceaccount.com"
ISSUERS = ["https://accounts.google.com", "accounts.google.com"]
KEYS = "https://www.googleapis.com"
KEYS_OF_GOOGLE = "/oauth2/v3/certs"
KEYS_OF_CHAT = f"/service_accounts/v1/jwk/{CHAT}"


class GooglechatReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._audiences = current(values, "audience")
        self._principals = current(values, "principal")
        self._by_number = values["audience"].isdigit()
        self._keys = values.get("api", "").rstrip("/") or KEYS

    def receive(self, webhook: Webhook) -> Received:
        """Messages and pressed buttons of people; what joins, leaves or is edited is ignored."""
        self._verify(webhook)
        event = event_of(read_json(webhook.body))
        envelope = self._envelope(event, webhook.received_at) if event else None
        return Received((envelope,) if envelope else (), Response(200, "{}"))

    def _verify(self, webhook: Webhook) -> None:
        """A token for us, by the one principal that may send to us.

        Anybody at Google can have a token for our audience, and every add-on has a principal
        (CVE-2026-35622). Of an app whose audience is its project number, the principal is the
        issuer; else it is an account that Google has verified.
        """
        path, issuers = KEYS_OF_GOOGLE, ISSUERS
        if self._by_number:
            path, issuers = KEYS_OF_CHAT, [CHAT]
        url = f"{self._keys}{path}"
        claims, _ = jwks.verified(webhook, url, audiences=self._audiences, issuers=issuers)
        if self._by_number:
            found = claims["iss"]
        else:
            found = claims.get("email") if claims.get("email_verified") is True else ""
        if not any_same(str(found), self._principals):
            raise BadSignatureError("principal")

    def _envelope(self, event: ChatEvent, now: float) -> Envelope | None:
        made = envelope_id("googlechat", self._account, event.space.name, event.id)
        files = attachments(made, event.files)
        if not event.text and not files:
            return None
        return Envelope(
            id=made,
            channel="googlechat",
            account=self._account,
            conversation=event.space.name,
            chat="direct" if event.space.is_direct else "group",
            sender=Sender(event.user.name, name=event.user.display_name),
            text=event.text,
            attachments=files,
            reply_to={"space": event.space.name, "thread": event.message.thread.name},
            received_at=now,
        )


_: type[Receiver] = GooglechatReceiver
