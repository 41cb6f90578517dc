"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.discord.channel import WHOLE

DiscordReceiver = receiver_of(WHOLE)
