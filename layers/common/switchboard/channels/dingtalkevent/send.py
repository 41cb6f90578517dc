"""Comments in DingTalk's approvals are answered by the robot, in a chat with their author.

An answer among the comments would come back as an event. Source: open.dingtalk.com, robot messages.
"""

from collections.abc import Mapping

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit.dingtalk_api import Robot, said
from switchboard.models import ReplyTo


class DingtalkeventSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._robot = Robot(f"dingtalkevent/{account}", values, can.limits.file_bytes)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        self._robot.send(reply_to, said(part))
