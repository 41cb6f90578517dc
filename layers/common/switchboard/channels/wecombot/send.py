"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.wecombot.channel import WHOLE

WecombotSender = sender_of(WHOLE)
