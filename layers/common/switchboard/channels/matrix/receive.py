"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.matrix.channel import WHOLE

MatrixReceiver = receiver_of(WHOLE)
