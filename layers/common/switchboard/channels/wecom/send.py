"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.wecom.channel import WHOLE

WecomSender = sender_of(WHOLE)
