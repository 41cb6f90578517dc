"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.qq.channel import WHOLE

QqReceiver = receiver_of(WHOLE)
