"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.googlechat.channel import WHOLE

GooglechatSender = sender_of(WHOLE)
