"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.dingtalk.channel import WHOLE

DingtalkReceiver = receiver_of(WHOLE)
