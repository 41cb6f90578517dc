"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.feishu.channel import WHOLE

FeishuSender = sender_of(WHOLE)
