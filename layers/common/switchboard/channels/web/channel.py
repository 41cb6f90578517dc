"""The web: the chat page's channel. A session is a JWT (HS256) that the operator's link carries."""

import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    any_same,
    current,
    envelope_id,
    header,
    read_json,
    shape,
)
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Attachment, Envelope, ReplyTo, Sender

AUDIENCE = "switchboard-web"
MIN_SECRET = 32
MAX_ATTACHMENTS = 10


class Session(Struct, frozen=True):
    """Who a session belongs to, and when it holds, in seconds since 1970 (RFC 7519)."""

    sub: Annotated[str, Meta(min_length=1, max_length=200)]
    aud: str
    exp: int
    nbf: int = 0
    iat: int = 0

    def holds(self, now: float) -> bool:
        return self.aud == AUDIENCE and max(self.nbf, self.iat) <= now < self.exp


class _Header(Struct):
    alg: str
    crit: UnsetType = UNSET
    """Extensions that must be understood; none is."""


class _Body(Struct, forbid_unknown_fields=True):
    id: UUID
    text: str
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=MAX_ATTACHMENTS)] = ()
    locale: str = ""


class Web:
    methods = ("POST",)
    inbound = ("session_secret",)
    outbound = ()
    content_types = ("application/json",)
    limits = Limits(text=100_000, file_bytes=2**40)  # a letter only names its files
    takes_files = True
    takes_buttons = True
    sends_once = True

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        secrets = current(values, "session_secret")
        self._secrets = [one.encode() for one in secrets if len(one) >= MIN_SECRET]
        self._known: tuple[Webhook | None, Session | None] = (None, None)

    def session(self, webhook: Webhook) -> Session:
        """The session of a request; kept, because verify and parse both ask for it.

        Raises BadSignatureError: wrong, expired or for others.
        """
        known, session = self._known
        if session is None or known is not webhook:
            session = self._session(webhook)
            self._known = (webhook, session)
        return session

    def _session(self, webhook: Webhook) -> Session:
        scheme, _, token = header(webhook, "authorization").partition(" ")
        signed, _, signature = token.rpartition(".")
        if scheme != "Bearer":
            raise BadSignatureError("no session")
        digests = [hmac.digest(key, signed.encode(), "sha256") for key in self._secrets]
        expected = [urlsafe_b64encode(digest).rstrip(b"=").decode() for digest in digests]
        if not any_same(signature, expected):
            raise BadSignatureError("session")
        head, _, claims = signed.partition(".")
        try:
            algorithm = shape(read_json(_unpadded(head)), _Header).alg
            session = shape(read_json(_unpadded(claims)), Session)
        except (BadRequestError, Base64Error) as error:
            raise BadSignatureError("session claims") from error
        if algorithm != "HS256" or not session.holds(webhook.received_at):
            raise BadSignatureError("session expired")
        return session

    def verify(self, webhook: Webhook) -> None:
        self.session(webhook)

    def handshake(self, webhook: Webhook) -> Response | None:
        return None

    def parse(self, webhook: Webhook) -> list[Envelope]:
        sub = self.session(webhook).sub
        body = shape(read_json(webhook.body), _Body)
        if not body.text.strip() and not body.attachments:
            raise BadRequestError("an empty message")
        prefix = uploads(self._account, sub)
        if any(
            one.source or not one.key.startswith(prefix) or ".." in one.key
            for one in body.attachments
        ):
            raise BadRequestError("an attachment of somebody else's")
        return [
            Envelope(
                id=envelope_id("web", self._account, sub, str(body.id)),
                channel="web",
                account=self._account,
                conversation=sub,
                sender=Sender(sub, locale=body.locale),
                text=body.text,
                attachments=body.attachments,
                reply_to={"lane": f"web/{self._account}/{sub}", "message": str(body.id)},
                received_at=webhook.received_at,
            )
        ]

    def acknowledge(self, webhook: Webhook) -> Response:
        return Response(200, '{"ok":true}')

    def render(self, markdown: str) -> str:
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """Leave it in the person's mailbox, where the page finds it."""
        from switchboard.ledger import mailbox  # noqa: PLC0415  ingest, which only verifies, knows no table

        letter = mailbox.Letter(
            id=part.key,
            in_reply_to=reply_to["message"],
            text=part.text,
            error=part.error,
            files=part.files,
            buttons=part.buttons,
            at=time.time(),
        )
        mailbox.leave(reply_to["lane"], letter)


def uploads(account: str, sub: str) -> str:
    """Where the files of one person's session are kept in Results."""
    name = urlsafe_b64encode(sub.encode()).rstrip(b"=").decode()
    return f"uploads/web/{account}/{name}/"


def _unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
