"""A double of a workflow that posts cards into a channel. Source: learn.microsoft.com."""

from tests.doubles.server import Answer, Double, Message, Request

PATH = "/workflows/1/triggers/manual/paths/invoke?sig=example"
CARD = "application/vnd.microsoft.card.adaptive"
CHAT = "the workflow's channel"


class TeamsWebhookDouble(Double):
    """One workflow, whose address is the only secret."""

    @property
    def push_url(self) -> str:
        return f"{self.url}{PATH}"

    def respond(self, request: Request) -> Answer:
        if request.path != PATH:
            return Answer({"error": {"code": "WorkflowNotFound"}}, 404)
        attachments = request.json().get("attachments") or [{}]
        if attachments[0].get("contentType") != CARD:
            return Answer({"error": {"code": "TriggerInputSchemaMismatch"}}, 400)
        text = "\n".join(block["text"] for block in attachments[0]["content"]["body"])
        self.post(Message(CHAT, "", text, request.at))
        return Answer(b"", 202)

    def limited(self) -> Answer:
        return Answer(b"", 429, self.wait)
