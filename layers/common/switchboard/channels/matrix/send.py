"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.matrix.channel import WHOLE

MatrixSender = sender_of(WHOLE)
