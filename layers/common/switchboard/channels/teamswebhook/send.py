"""What a workflow in Teams is sent, to post in its channel. Source: learn.microsoft.com."""

from msgspec import json

from switchboard.channels.base import Part, Sender
from switchboard.channels.kit.teams_activity import is_at
from switchboard.errors import RejectedError, UnavailableError
from switchboard.models import ReplyTo
from switchboard.net import http

WORKFLOWS = (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com")
"""Where Teams keeps the addresses of workflows, and of the incoming webhooks before them."""
CARD = "application/vnd.microsoft.card.adaptive"


class TeamswebhookSender(Sender):
    """A card's text block takes Markdown as it is, so nothing is rendered."""

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        url, api = self.values["push_url"], self.values.get("api", "")
        if not is_at(url, *WORKFLOWS, *([api] if api else [])):
            raise UnavailableError("push_url is no address of a workflow")
        block = {"type": "TextBlock", "text": part.text, "wrap": True}
        card = {"type": "AdaptiveCard", "version": "1.4", "body": [block]}
        payload = {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
        sent = {"content-type": "application/json"}
        # A workflow answers 202 with no body, an incoming webhook 200 with `1` or with its trouble.
        reply = http.upload("POST", url, json.encode(payload), sent, plain=True)
        if reply.status in {401, 403, 404, 410}:  # renewed or switched off: an operator can mend it
            raise UnavailableError(f"the workflow answered {reply.status}")
        if reply.status >= 300:  # noqa: PLR2004
            raise RejectedError(f"the workflow answered {reply.status}")
