"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.line.channel import WHOLE

LineSender = sender_of(WHOLE)
