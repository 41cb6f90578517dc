"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.rocketchat.channel import WHOLE

RocketchatSender = sender_of(WHOLE)
