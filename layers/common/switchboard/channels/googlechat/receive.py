"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.googlechat.channel import WHOLE

GooglechatReceiver = receiver_of(WHOLE)
