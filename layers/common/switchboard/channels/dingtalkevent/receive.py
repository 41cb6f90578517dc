"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.dingtalkevent.channel import WHOLE

DingtalkeventReceiver = receiver_of(WHOLE)
