"""What DingTalk's robot says: in the session where it was asked, then by its own API; and files.

Addresses are called only at DingTalk's. Source: open.dingtalk.com, robot receive message (HTTP).
"""

from collections.abc import Mapping

from switchboard.channels.base import Outbound, Part, Sender
from switchboard.channels.kit.dingtalk_api import Robot, said, title_of
from switchboard.errors import RateLimitedError
from switchboard.models import ReplyTo
from switchboard.net import http
from switchboard.net.address import allowed
from switchboard.net.http import Download

SESSION_HOSTS = ("oapi.dingtalk.com", "api.dingtalk.com")
TOO_FAST = {130101, 130102, 90018, 90002}
BLOCKED_SECONDS = 60.0


class DingtalkSender(Sender):
    """DingTalk's own flavour of Markdown is a subset that shows the rest as written."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._robot = Robot(f"dingtalk/{account}", values, can.limits.file_bytes)

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """By the session's address while it holds (about 90 minutes), then by the robot's API."""
        # Uploads first: one that fails leaves nothing sent, so a later try repeats nothing.
        files = [self._robot.shown(file) for file in part.files]
        if not self._say_in_session(reply_to["session"], part):
            self._robot.send(reply_to, said(part))
        for message in files:
            self._robot.send(reply_to, message)

    def download(self, source: Mapping[str, str]) -> Download:
        return self._robot.download(source["code"])

    def _say_in_session(self, url: str, part: Part) -> bool:
        """Whether it was said. Raises RejectedError for an address that is not DingTalk's."""
        if not url:
            return False
        message: dict[str, object] = {"msgtype": "text", "text": {"content": part.text}}
        if not part.plain:
            told = {"title": title_of(part.text), "text": part.text}
            message = {"msgtype": "markdown", "markdown": told}
        code = http.post(allowed(url, SESSION_HOSTS, self._robot.api), message).body.get("errcode")
        if code in TOO_FAST:
            raise RateLimitedError(str(code), retry_after=BLOCKED_SECONDS)
        return code == 0
