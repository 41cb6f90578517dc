"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.dingtalkevent.channel import WHOLE

DingtalkeventSender = sender_of(WHOLE)
