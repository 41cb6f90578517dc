"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.wecombot.channel import WHOLE

WecombotReceiver = receiver_of(WHOLE)
