"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.mattermost.channel import WHOLE

MattermostReceiver = receiver_of(WHOLE)
