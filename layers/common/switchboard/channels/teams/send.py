"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.teams.channel import WHOLE

TeamsSender = sender_of(WHOLE)
