"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.discord.channel import WHOLE

DiscordSender = sender_of(WHOLE)
