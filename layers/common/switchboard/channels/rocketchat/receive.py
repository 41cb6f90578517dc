"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.rocketchat.channel import WHOLE

RocketchatReceiver = receiver_of(WHOLE)
