"""The web: an answer is left in the person's mailbox, where the page finds it."""

import time

from switchboard.channels.base import Part, Sender
from switchboard.ledger import mailbox
from switchboard.models import ReplyTo


class WebSender(Sender):
    def send(self, reply_to: ReplyTo, part: Part) -> None:
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
