"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.webhook.channel import WHOLE

WebhookSender = sender_of(WHOLE)
