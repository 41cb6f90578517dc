"""What Viber is sent: texts. Source: developers.viber.com, REST Bot API."""

from switchboard.channels.base import Part, Sender
from switchboard.channels.kit import plain
from switchboard.errors import RateLimitedError, RejectedError, UnavailableError
from switchboard.models import ReplyTo
from switchboard.net import http

TOO_MANY, TOKEN = 12, 2
"""Statuses: the rate control's, and a token that Viber does not know."""


class ViberSender(Sender):
    def flavoured(self, markdown: str) -> str:
        return plain.to_plain(markdown)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        api = self.values.get("api", "https://chatapi.viber.com")
        payload = {"receiver": reply_to["receiver"], "type": "text", "text": part.text}
        headers = {"x-viber-auth-token": self.values["token"]}
        status = http.post(f"{api}/pa/send_message", payload, headers).body.get("status")
        if status == TOO_MANY:
            raise RateLimitedError("viber", retry_after=1.0)
        if status == TOKEN:  # an operator can mend that
            raise UnavailableError("viber does not know the token")
        if status != 0:
            raise RejectedError(f"viber answered {status}")
