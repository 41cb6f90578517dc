"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.teamswebhook.channel import WHOLE

TeamswebhookReceiver = receiver_of(WHOLE)
