"""What the other system is sent: answers that we sign by Standard Webhooks."""

import time
from urllib.parse import urlsplit

from msgspec import Struct, json

from switchboard.channels.base import Part, Sender, current
from switchboard.channels.kit import standard_webhooks
from switchboard.errors import BadSignatureError, RejectedError, UnavailableError
from switchboard.models import ReplyTo
from switchboard.net import egress, http, http1

GONE = 410
"""The spec's way to say that no more webhooks are wanted."""


class _Answer(Struct):
    """What is posted; the same bytes on every try."""

    conversation: str
    in_reply_to: str
    text: str
    error: bool


class WebhookSender(Sender):
    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """POST the answer; `webhook-id` is the part's key, by which the receiver drops repeats.

        As the spec has it, whatever is no success is tried again, but for 410.
        """
        answer = _Answer(reply_to["conversation"], reply_to["message"], part.text, part.error)
        body = json.encode(answer)
        stamp = str(int(time.time()))
        headers = {
            "content-type": "application/json",
            "webhook-id": part.key,
            "webhook-timestamp": stamp,
            "webhook-signature": self._signatures(part.key, stamp, body),
        }
        reply = http.upload("POST", self._target(), body, headers, plain=True)
        if reply.status == GONE:
            raise RejectedError("the receiver wants no more")
        if not 200 <= reply.status < 300:  # noqa: PLR2004  HTTP
            raise UnavailableError(f"the receiver answered {reply.status}")

    def _signatures(self, message: str, stamp: str, body: bytes) -> str:
        """One under each secret that the receiver may know meanwhile."""
        secrets = current(self.values, "signing_secret")
        try:
            return " ".join(standard_webhooks.sign(one, message, stamp, body) for one in secrets)
        except BadSignatureError as error:  # an operator can mend that
            raise UnavailableError(error.detail) from error

    def _target(self) -> str:
        """Where to post: what the operator set in `url`, if it is in public; or the double."""
        if self.values.get("api"):
            return self.values["api"]
        url = self.values["url"]
        http1.pinned[urlsplit(url).hostname or ""] = egress.resolve(url)
        return url
