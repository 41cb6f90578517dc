"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.line.channel import WHOLE

LineReceiver = receiver_of(WHOLE)
