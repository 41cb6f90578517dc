"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.wecom.channel import WHOLE

WecomReceiver = receiver_of(WHOLE)
