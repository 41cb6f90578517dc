"""What the channel receives; not split from what it sends yet."""

from switchboard.channels.bridge import receiver_of
from switchboard.channels.whatsapp.channel import WHOLE

WhatsappReceiver = receiver_of(WHOLE)
