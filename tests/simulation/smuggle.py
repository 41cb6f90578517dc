"""A call in the ledger that nobody was asked about, as a release with another policy planned it:

a destructive one, or a change that was planned after words of third parties were read.
"""

from switchboard import audit
from switchboard.ledger import runs
from switchboard.ledger.runs import Planned
from switchboard.models import CallMeta, Command, Envelope, Params, Sender, op_id
from tests.simulation.messages import Message


def record(message: Message, now: float) -> bool:
    """Commit it, with its place in the lane; nobody is told, the sweep finds it."""
    reply_to = {
        "web": {"lane": message.lane, "message": message.name},
        "telegram": {"chat": message.conversation, "message": message.name, "thread": ""},
        "feishu": {"message_id": message.name},
    }[message.channel]
    envelope = Envelope(
        id=message.run,
        channel=message.channel,
        account="main",
        conversation=message.conversation,
        sender=Sender(message.conversation),
        text=message.text,
        reply_to=reply_to,
        received_at=now,
    )
    command = _command(message, reply_to)
    return runs.commit(
        envelope,
        [Planned(command, changes=True)],
        locale="en",
        audits=[audit.intent(command, now)],
        now=now,
    )


def _command(message: Message, reply_to: dict[str, str]) -> Command:
    meta = CallMeta(
        tool="desk",
        actor="ada",
        role="admin",
        run=message.run,
        step=0,
        lane=message.lane,
        channel=message.channel,
        account="main",
        reply_to=reply_to,
        locale="en",
        timezone="Asia/Shanghai",
        tainted=message.effect != "destructive",
    )
    arguments = {"text": message.text}
    return Command(
        id=op_id(message.run, 0, "desk", message.operation, arguments),
        method=message.operation,
        params=Params(arguments=arguments, meta=meta),
    )
