"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.wechat.channel import WHOLE

WechatSender = sender_of(WHOLE)
