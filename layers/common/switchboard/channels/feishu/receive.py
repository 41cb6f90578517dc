"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.feishu.channel import WHOLE

FeishuReceiver = receiver_of(WHOLE)
