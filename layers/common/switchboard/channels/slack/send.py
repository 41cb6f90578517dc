"""What Slack is sent: a block, and files beside it. Source: docs.slack.dev/reference/methods."""

from collections.abc import Mapping
from typing import Any

from switchboard import storage
from switchboard.channels.base import Outbound, Part, Sender
from switchboard.errors import GoneError, RateLimitedError, RejectedError, UnavailableError
from switchboard.models import Button, ReplyTo, StoredFile
from switchboard.net import http
from switchboard.net.http import Download

FILES = "files.slack.com"
LATER = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable"}
NO_THREAD = {"thread_not_found", "cannot_reply_to_message"}
"""The message that was answered is deleted: whoever asked still waits."""
GONE = {"channel_not_found", "is_archived", "not_in_channel", "user_not_found", "user_disabled"}
NOT_OURS = {"invalid_auth", "token_expired", "token_revoked", "account_inactive", "not_authed"}


class SlackSender(Sender):
    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        super().__init__(account, values, can)
        self._api = values.get("api", "https://slack.com/api")
        self._bearer = {"authorization": f"Bearer {values['bot_token']}"}

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """One message, and its files in one more. They are there before anything is shown."""
        ready = [{"id": self._uploaded(file), "title": file.name} for file in part.files]
        url = f"{self._api}/chat.postMessage"
        reply = http.post(url, _message(reply_to, part), self._bearer)
        if reply.body.get("error") in NO_THREAD:
            reply_to = {**reply_to, "thread_ts": ""}
            reply = http.post(url, _message(reply_to, part), self._bearer)
        _checked(reply)
        if ready:
            shared = {"files": ready, "channel_id": reply_to["channel"]}
            self._call("files.completeUploadExternal", shared | _thread(reply_to))

    def download(self, source: Mapping[str, str]) -> Download:
        """Slack's file, with the bot's token, which no other host is ever sent."""
        hosts = (FILES, self._api)
        return http.stream(
            source["url"], self._bearer, hosts=hosts, limit=self.can.limits.file_bytes
        )

    def _uploaded(self, file: StoredFile) -> str:
        """The id of a file that is with Slack, and shared nowhere yet."""
        fields = {"filename": file.name, "length": str(file.size)}
        url = f"{self._api}/files.getUploadURLExternal"
        made = _checked(http.form(url, fields, self._bearer)).body
        told = http.upload(
            "POST",
            str(made.get("upload_url", "")),
            storage.content(file),
            {"content-type": "application/octet-stream"},
            plain=True,
        )
        if told.status != 200:  # noqa: PLR2004  HTTP
            raise RejectedError(f"upload answered {told.status}")
        return str(made.get("file_id", ""))

    def _call(self, method: str, payload: Mapping[str, Any]) -> None:
        _checked(http.post(f"{self._api}/{method}", payload, self._bearer))


def _message(reply_to: ReplyTo, part: Part) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "markdown", "text": part.text}]
    if part.buttons:
        blocks.append({"type": "actions", "elements": [*map(_button, part.buttons)]})
    # Beside blocks the text is for notifications; Slack finds its marks in it all the same.
    shown = {"mrkdwn": False} if part.plain else {"blocks": blocks}
    return {
        "channel": reply_to["channel"],
        "text": _escaped(part.text if part.plain else part.text[:3_000]),
        **shown,
        "unfurl_links": False,
        "unfurl_media": False,
        **_thread(reply_to),
    }


def _escaped(text: str) -> str:
    """As Slack reads words (docs.slack.dev, Formatting message text, Escaping text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _button(button: Button) -> dict[str, Any]:
    shown = {"type": "plain_text", "text": button.label}
    return {"type": "button", "action_id": button.says, "text": shown, "value": button.says}


def _thread(reply_to: ReplyTo) -> dict[str, str]:
    return {"thread_ts": reply_to["thread_ts"]} if reply_to.get("thread_ts") else {}


def _checked(reply: http.HttpResponse) -> http.HttpResponse:
    error = "" if reply.body.get("ok") is True else str(reply.body.get("error", "no answer"))
    if error in LATER:
        raise RateLimitedError(error, retry_after=http.retry_after(reply))
    if error in NOT_OURS:
        raise UnavailableError(error)
    if error:
        raise GoneError(error) if error in GONE else RejectedError(error)
    return reply
