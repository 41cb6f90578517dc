"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.qq.channel import WHOLE

QqSender = sender_of(WHOLE)
