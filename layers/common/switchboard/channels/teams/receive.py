"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.teams.channel import WHOLE

TeamsReceiver = receiver_of(WHOLE)
