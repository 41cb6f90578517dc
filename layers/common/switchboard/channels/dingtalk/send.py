"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.dingtalk.channel import WHOLE

DingtalkSender = sender_of(WHOLE)
