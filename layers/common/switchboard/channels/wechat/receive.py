"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.wechat.channel import WHOLE

WechatReceiver = receiver_of(WHOLE)
