"""QQ's open platform: its token, and what its codes mean to us. Source: bot.q.qq.com."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from switchboard.channels.base import shape
from switchboard.credentials import tokens
from switchboard.errors import ClosedWindowError, RateLimitedError, RejectedError, UnavailableError
from switchboard.net import http

DONE = {0, 40054005, 304023, 304024}
"""Sent, dropped as a repeat of its msg_seq, taken for a review."""
TOO_FAST = {22009, 20028, 1100100, 1100308}
TOO_LATE = {304022, 304026, 304027, 40034024, 40034102}
"""Nothing may be sent unasked, the message is too old, or is none that may be answered."""
LATER = {11242, 11252, 11263, 304082, 304083, 1100300}
NOT_OURS = {11241, 11243, 11251, 11253, 11254, 11261, 11265}


class _Token(Struct):
    access_token: str = ""
    expires_in: int | str = 0


class Answer(Struct):
    code: int = 0
    file_info: str = ""


class Api:
    """The platform as one bot reaches it."""

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._name = f"qq/{account}"
        self._values = values
        self.base = values.get("api", "https://api.sgroup.qq.com")
        self._tokens = values.get("api", "https://bots.qq.com")

    def post(self, path: str, payload: Mapping[str, Any]) -> Answer:
        """One call below `/v2/`. Raises as a channel's `send` does."""
        bearer = {"authorization": f"QQBot {tokens.held(self._name, self._fetch)}"}
        reply = http.post(f"{self.base}/v2/{quote(path)}", payload, bearer)
        answer = shape(reply.body, Answer)
        told = f"{reply.status} {answer.code}"
        if reply.status == 401 or answer.code in NOT_OURS:  # noqa: PLR2004  Unauthorized
            tokens.forget(self._name)
            raise UnavailableError(f"token refused: {told}")
        if answer.code in TOO_FAST:
            raise RateLimitedError(told, retry_after=http.retry_after(reply))
        if answer.code in LATER:
            raise UnavailableError(told)
        if answer.code in TOO_LATE:
            raise ClosedWindowError(told)
        if answer.code not in DONE or (reply.status >= 400 and not answer.code):  # noqa: PLR2004
            raise RejectedError(told)
        return answer

    def _fetch(self) -> tuple[str, float]:
        asked = {"appId": self._values["app_id"], "clientSecret": self._values["bot_secret"]}
        found = shape(http.post(f"{self._tokens}/app/getAppAccessToken", asked).body, _Token)
        seconds = str(found.expires_in)  # a number or its digits
        if not (found.access_token and seconds.isdigit()):
            raise UnavailableError("no access token")
        return found.access_token, float(seconds)
