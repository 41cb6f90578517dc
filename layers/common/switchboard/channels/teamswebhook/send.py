"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.teamswebhook.channel import WHOLE

TeamswebhookSender = sender_of(WHOLE)
