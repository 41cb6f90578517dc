"""What the channel sends; not split from what it receives yet."""

from switchboard.channels.bridge import sender_of
from switchboard.channels.whatsapp.channel import WHOLE

WhatsappSender = sender_of(WHOLE)
