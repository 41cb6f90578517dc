"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.mattermost.channel import WHOLE

MattermostSender = sender_of(WHOLE)
