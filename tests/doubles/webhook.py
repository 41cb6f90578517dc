"""A double of somebody's receiver of Standard Webhooks: it believes what is signed and fresh."""

import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Callable

from tests.doubles.server import Answer, Double, Message, Request

TOLERANCE_SECONDS = 300


class WebhookDouble(Double):
    """One receiver; it takes each `webhook-id` once, as the specification asks of it."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.secret = secret
        self.gone = False
        """Whether it wants no more webhooks."""
        self._clock = clock

    @property
    def api(self) -> str:
        """What the connection's `api` is set to."""
        return f"{self.url}/hooks/switchboard?from=double"

    def respond(self, request: Request) -> Answer:
        if self.gone:
            return Answer({}, 410)
        if not request.path.startswith("/hooks/switchboard?"):
            return Answer({}, 404)
        if not self._believes(request):
            return Answer({}, 400)
        found, key = request.json(), request.headers["webhook-id"]
        with self.lock:
            known = any(one.key == key for one in self.messages)
        if not known:
            to = (found["conversation"], found["in_reply_to"])
            self.post(Message(*to, found["text"], request.at, id=key, key=key))
        return Answer(b"", 204)

    def limited(self) -> Answer:
        return Answer({}, 429, self.wait)

    def _believes(self, request: Request) -> bool:
        key, stamp = request.headers.get("webhook-id", ""), request.headers["webhook-timestamp"]
        if not key or "." in key or abs(self._clock() - int(stamp)) > TOLERANCE_SECONDS:
            return False
        signed = f"{key}.{stamp}.".encode() + request.body
        digest = hmac.digest(b64decode(self.secret.removeprefix("whsec_")), signed, "sha256")
        wanted = f"v1,{b64encode(digest).decode()}"
        return wanted in request.headers["webhook-signature"].split(" ")
