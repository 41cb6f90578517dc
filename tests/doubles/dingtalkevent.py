"""A double of DingTalk for its events, which are answered by a robot in a chat with the member."""

from tests.doubles.dingtalk import DingtalkDouble
from tests.signers import dingtalkevent


class DingtalkeventDouble(DingtalkDouble):
    """The robot of the app that the events are pushed to."""

    def __init__(self) -> None:
        super().__init__()
        self.values = dict(dingtalkevent.VALUES)
