"""WeCom's intelligent bot: encrypted JSON from chats and groups, the answer by `response_url`.

A webhook is answered with a stream that says we are working, and the first poll for more ends it:
ingest has no table to keep an answer in, and polls end after 6 minutes, `response_url` after 60.
Source: developer.work.weixin.qq.com path 100719, 101031, 101033, 101138.
"""

from collections.abc import Iterator, Mapping

from msgspec import json

from switchboard.channels.base import (
    Limits,
    Part,
    Response,
    Webhook,
    current,
    envelope_id,
    read_json,
    shape,
)
from switchboard.channels.kit.wecom_api import FILE_BYTES, errcode, error_of
from switchboard.channels.kit.wecom_crypto import (
    BLOCK,
    Opened,
    answer,
    asked,
    json_ciphertext,
    key_of,
    opened,
    sealed_by,
    unseal_file,
)
from switchboard.channels.wecombot.message import Callback, files_of, words_of
from switchboard.errors import BadRequestError, ClosedWindowError, RejectedError, UnavailableError
from switchboard.models import Envelope, Locale, ReplyTo, Sender
from switchboard.net import http
from switchboard.net.address import allowed
from switchboard.net.http import Download

RECEIVERS = ("",)
"""An app's receiver is its company; a bot's is empty."""
RESPONSE_HOSTS = ("qyapi.weixin.qq.com",)
FILE_HOSTS = (".qq.com", ".myqcloud.com")
USED_UP = {40001, 40014, 41001, 42001}
"""A response code that was used, or is older than an hour."""


class Wecombot:
    methods = ("GET", "POST")
    inbound = ("token", "encoding_aes_key")
    outbound = ("encoding_aes_key",)  # files come encrypted under it; answers need no secret
    content_types = ("application/json", "text/xml")  # of JSON, either way
    limits = Limits(text=20_000, units="bytes", window=3600.0, answers=1, file_bytes=FILE_BYTES)
    takes_files = False
    takes_buttons = False
    sends_once = False

    def __init__(self, account: str, values: Mapping[str, str]) -> None:
        self._account = account
        self._values = values
        self._api = values.get("api", "")

    def verify(self, webhook: Webhook) -> None:
        self._open(webhook)

    def handshake(self, webhook: Webhook) -> Response | None:
        """The decrypted `echostr` and nothing around it, within a second."""
        if webhook.method != "GET":
            return None
        plain = self._open(webhook).message.decode("utf-8", "replace")
        return Response(200, plain, "text/plain")

    def parse(self, webhook: Webhook) -> list[Envelope]:
        callback = _callback(self._open(webhook))
        made = self._envelope(callback, webhook)
        return [made] if made else []

    def acknowledge(self, webhook: Webhook) -> Response:
        found = self._open(webhook)
        callback = _callback(found)
        if callback.msgtype == "stream":
            locale: Locale = "zh" if callback.stream.id.startswith("zh-") else "en"
            return _streamed(found, webhook, callback.stream.id, locale, finish=True)
        envelope = self._envelope(callback, webhook)
        if envelope is None or callback.msgtype == "event":
            return Response(200, "", "text/plain")
        from switchboard.phrases import locale_of  # noqa: PLC0415  forged requests need no words

        locale = locale_of(envelope.text)
        return _streamed(found, webhook, f"{locale}-{envelope.id.hex}", locale, finish=False)

    def render(self, markdown: str) -> str:
        return markdown  # what WeCom does not know of it is shown as it was written

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        url = reply_to["response_url"]
        if not url:
            raise ClosedWindowError("no response_url")
        payload = {"msgtype": "markdown", "markdown": {"content": part.text}}
        code = errcode(http.post(allowed(url, RESPONSE_HOSTS, self._api), payload).body)
        if code in USED_UP:
            raise ClosedWindowError(str(code))
        if code:
            raise error_of(code)

    def download(self, source: Mapping[str, str]) -> Download:
        """The file, decrypted while it comes. Its address holds for five minutes."""
        try:
            key = key_of(self._values["encoding_aes_key"])
        except ValueError as error:
            raise UnavailableError("encoding_aes_key") from error
        url, hosts = allowed(source["url"], FILE_HOSTS, self._api), (*FILE_HOSTS, self._api)
        found = http.stream(url, hosts=hosts, limit=FILE_BYTES + BLOCK)
        return Download(found.media_type, _decrypted(key, found.chunks))

    def _envelope(self, callback: Callback, webhook: Webhook) -> Envelope | None:
        """None for what is no message: polls, somebody coming in, feedback."""
        text = words_of(callback)
        user, bot = callback.sender.userid, callback.aibotid
        chat = callback.chatid if callback.chattype == "group" else user
        conversation = f"{callback.chattype}:{chat}"
        made = envelope_id("wecombot", self._account, conversation, callback.msgid)
        files = files_of(callback, str(made))
        if not (text or files):
            return None
        known = callback.chattype in {"group", "single"}
        if not (known and callback.msgid and user and chat and bot):
            raise BadRequestError("a message without its ids")
        return Envelope(
            id=made,
            channel="wecombot",
            account=self._account,
            conversation=conversation,
            sender=Sender(f"{bot}:{user}"),
            text=text,
            attachments=files,
            reply_to={"response_url": callback.response_url},
            received_at=webhook.received_at,
        )

    def _open(self, webhook: Webhook) -> Opened:
        get = webhook.method == "GET"
        text = asked(webhook, "echostr") if get else json_ciphertext(webhook.body)
        keys = current(self._values, "encoding_aes_key")
        return opened(sealed_by(webhook, text), current(self._values, "token"), keys, RECEIVERS)


def _callback(found: Opened) -> Callback:
    return shape(read_json(found.message), Callback)


def _streamed(
    found: Opened, webhook: Webhook, stream: str, locale: Locale, *, finish: bool
) -> Response:
    """A piece of a stream, under the token and the key that the webhook came under."""
    from switchboard.phrases import say  # noqa: PLC0415  forged requests need no words

    piece = {"id": stream, "finish": finish, "content": say("working", locale)}
    plain = json.encode({"msgtype": "stream", "stream": piece})
    stamp, nonce = int(webhook.received_at), asked(webhook, "nonce")
    sealed, signed = answer(found, plain, str(stamp), nonce)
    body = {"encrypt": sealed, "msgsignature": signed, "timestamp": stamp, "nonce": nonce}
    return Response(200, json.encode(body).decode())


def _decrypted(key: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from unseal_file(key, chunks)
    except ValueError as error:
        raise RejectedError("a file that cannot be decrypted") from error


WHOLE = Wecombot
