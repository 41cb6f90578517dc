"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.webhook.channel import WHOLE

WebhookReceiver = receiver_of(WHOLE)
