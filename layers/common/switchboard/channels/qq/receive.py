"""QQ bots: signed events and the validation request. Source: bot.q.qq.com."""

from collections.abc import Mapping
from typing import Any

from msgspec import json

from switchboard.channels.base import (
    Received,
    Receiver,
    Response,
    Webhook,
    current,
    envelope_id,
    fresh,
    header,
    read_json,
)
from switchboard.channels.kit import ed25519
from switchboard.channels.kit.files import attachments
from switchboard.channels.qq.message import Said, said_in, validation_in
from switchboard.errors import BadRequestError, BadSignatureError
from switchboard.models import Envelope, Sender

SIGNED = ("x-signature-ed25519", "x-signature-timestamp")
SKEW_SECONDS = 3600
"""The vendor names no window, nor whether a retry is signed anew."""
MAX_VALIDATION = 1024
TAKEN = '{"op":12,"d":0}'


class QqReceiver:
    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._secret = values["bot_secret"]
        secrets = current(values, "bot_secret")
        self._publics = [ed25519.public_of(seed_of(secret)) for secret in secrets]

    def receive(self, webhook: Webhook) -> Received:
        """Messages to the bot: of one person, or of a group where it is mentioned."""
        found = self._proven(webhook)
        asked = validation_in(found)
        if asked is not None:
            return Received(response=self._validated(*asked))
        said = said_in(found)
        heard = said is not None and not said.by_bot and (said.text or said.files)
        envelopes = (self._envelope(said, webhook.received_at),) if said and heard else ()
        return Received(envelopes, Response(200, TAKEN))

    def _proven(self, webhook: Webhook) -> dict[str, Any]:
        """What is signed; only the validation request, which we sign, may come without."""
        if not any(name in webhook.headers for name in SIGNED):
            return _validation(webhook.body)
        signature, stamp = (header(webhook, name) for name in SIGNED)
        fresh(stamp, webhook.received_at, SKEW_SECONDS)
        if not ed25519.holds(self._publics, signature, stamp.encode() + webhook.body):
            raise BadSignatureError("signature")
        return read_json(webhook.body)

    def _validated(self, stamp: str, token: str) -> Response:
        """The validation's token, signed: that the address is ours."""
        signature = ed25519.sign(seed_of(self._secret), f"{stamp}{token}".encode())
        answer = {"plain_token": token, "signature": signature}
        return Response(200, json.encode(answer).decode())

    def _envelope(self, said: Said, now: float) -> Envelope:
        made = envelope_id("qq", self._account, said.chat, said.id)
        until = str(int(now) + said.seconds)
        return Envelope(
            id=made,
            channel="qq",
            account=self._account,
            conversation=said.chat,
            chat="direct" if said.chat.startswith("users/") else "group",
            sender=Sender(said.sender),
            text=said.text,
            attachments=attachments(made, said.files),
            reply_to={"chat": said.chat, "message": said.id, "until": until},
            received_at=now,
        )


def seed_of(secret: str) -> bytes:
    """The seed of the key with which QQ signs, and we sign validations (sign.md)."""
    return (secret.encode() * 32)[:32]


def _validation(body: bytes) -> dict[str, Any]:
    """A small validation request, and nothing else. Raises BadSignatureError."""
    try:
        found = read_json(body) if len(body) <= MAX_VALIDATION else {}
        if validation_in(found) is not None:
            return found
    except BadRequestError as error:
        raise BadSignatureError("unsigned") from error
    raise BadSignatureError("unsigned")


_: type[Receiver] = QqReceiver
