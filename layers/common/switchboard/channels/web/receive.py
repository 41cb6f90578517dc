"""The web: messages of the chat page, under the session of who writes them."""

import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, structs

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.files import media_type_of
from switchboard.channels.kit.words import cleaned
from switchboard.channels.web.session import MIN_SECRET, session_of, uploads
from switchboard.errors import BadRequestError
from switchboard.models import Attachment, Envelope, Sender

MAX_ATTACHMENTS = 10
_UPLOADED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How the console names what is uploaded, within the person's own folder."""


class _Body(Struct, forbid_unknown_fields=True):
    id: UUID
    text: str
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=MAX_ATTACHMENTS)] = ()
    locale: str = ""


class WebReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        secrets = current(values, "session_secret")
        self._secrets = [one.encode() for one in secrets if len(one) >= MIN_SECRET]

    def receive(self, webhook: Webhook) -> Received:
        sub = session_of(webhook, self._secrets).sub
        body = shape(read_json(webhook.body), _Body)
        text = cleaned(body.text)
        if not (text or body.attachments):
            raise BadRequestError("an empty message")
        folder = uploads(self._account, sub)
        if any(one.source or not _is_upload(one.key, folder) for one in body.attachments):
            raise BadRequestError("an attachment of somebody else's")
        envelope = Envelope(
            id=envelope_id("web", self._account, sub, str(body.id)),
            channel="web",
            account=self._account,
            conversation=sub,
            chat="direct",
            sender=Sender(sub, locale=body.locale),
            text=text,
            attachments=tuple(
                structs.replace(one, media_type=media_type_of(one.media_type))
                for one in body.attachments
            ),
            reply_to={"lane": f"web/{self._account}/{sub}", "message": str(body.id)},
            received_at=webhook.received_at,
            kept_as=str(body.id),
        )
        return Received((envelope,), Response(200, '{"ok":true}'))


def _is_upload(key: str, folder: str) -> bool:
    return key.startswith(folder) and _UPLOADED.fullmatch(key, len(folder)) is not None


_: type[Receiver] = WebReceiver
