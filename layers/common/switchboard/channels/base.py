"""What a channel is, and what all of them use."""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from switchboard.errors import BadRequestError, BadSignatureError, RejectedError
from switchboard.models import KEEP_SECONDS, Button, Envelope, ReplyTo, StoredFile

if TYPE_CHECKING:  # ingest, which only receives, must not import a client of HTTP
    from switchboard.net.http import Download

T = TypeVar("T")

MAX_SKEW_SECONDS = 300
_NAMESPACE = UUID("5f2ad1a4-6a5c-4b3e-9f3c-0d6f1f6c9c11")


class Webhook(Struct, frozen=True):
    """A request as it arrived: raw bytes, header names in lower case, decoded query."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: float
    rest: str = ""  # the path after the account, where a platform adds to the address


class Response(Struct, frozen=True):
    """What a webhook is answered with."""

    status: int
    body: str = ""
    content_type: str = "application/json"


class Limits(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a channel can carry, and when."""

    text: int
    """Units of one message, as `units` counts them."""
    units: str = "characters"
    """`characters`, `utf-16` code units or `bytes` of UTF-8."""
    every: float = 0.0
    """Seconds between two messages to one chat."""
    window: float = 0.0
    """Seconds after a person's message in which answers may be pushed; 0: for ever."""
    answers: int = 0
    """How many messages may answer one; 0: as many as there are."""
    file_bytes: int = 0
    """The largest file that can be sent or fetched; 0: none can."""
    button_bytes: int = 64  # of what a button says: Telegram takes the least


class Part(Struct, frozen=True):
    """One message of an answer that may need several; `key` is the same on every try."""

    text: str
    key: str
    error: bool = False
    files: tuple[StoredFile, ...] = ()
    """Only for a channel that takes files; the others get links in the text."""
    buttons: tuple[Button, ...] = ()
    """Only for a channel that takes buttons; the text says in words what they do."""
    markdown: str = ""  # the text before it was rendered
    plain: bool = False
    """The text has no markup, and comes alone: the platform refused it with more."""


class Outbound(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What can be sent to a channel, and with what."""

    limits: Limits
    values: tuple[str, ...] = ()
    """Names of the values without which nothing can be sent."""
    takes_files: bool = False
    takes_buttons: bool = False
    sends_once: bool = False
    """Whether the platform drops a second message with the same key."""
    command: str = "/"  # another beginning, where the platform keeps a slash for itself


class Received(Struct, frozen=True):
    """What a webhook held, and what its platform is answered once that is accepted."""

    envelopes: tuple[Envelope, ...] = ()
    response: Response = Response(200)
    skipped: int = 0
    """Parts of it that were malformed, beside those that are taken."""


class Receiver(Protocol):
    """One account of a channel, as its webhooks come in."""

    def __init__(self, account: str, values: Mapping[str, str]) -> None: ...

    def receive(self, webhook: Webhook) -> Received:
        """What a webhook holds: messages of people, or a set-up request of the platform.

        Raises BadSignatureError, before anything else is looked at, unless the platform sent these
        very bytes, just now; then BadRequestError when they are malformed.
        """
        ...


class Sender:
    """One account of a channel, as answers go out. A channel overrides what it can do."""

    def __init__(self, account: str, values: Mapping[str, str], can: Outbound) -> None:
        self.account = account
        self.values = values
        self.can = can

    def render(self, markdown: str) -> str:
        """Markdown in the platform's own flavour, in which nobody's words call everybody."""
        # ingest, which only receives, must not import it
        from switchboard.sdk.kit.words import hushed  # noqa: PLC0415

        return hushed(self.flavoured(hushed(markdown)))

    def flavoured(self, markdown: str) -> str:
        """Markdown as the platform has it; whatever the words, it takes what is made of them."""
        return markdown

    def send(self, reply_to: ReplyTo, part: Part) -> None:
        """Push one message.

        Raises RateLimitedError or UnavailableError when it may work later, ClosedWindowError when
        it may after the person's next message, RejectedError when it never will.
        """
        raise NotImplementedError

    def download(self, source: Mapping[str, str]) -> "Download":
        """The file behind an attachment's `source`. Raises as `send` does."""
        raise RejectedError("no files come this way")


def envelope_id(channel: str, account: str, conversation: str, message: str) -> UUID:
    """The id of a message, made only of what its signature covers: a replay has the same id.

    Scoped to account and conversation, so that equal ids in two chats stay two messages.
    """
    return uuid5(_NAMESPACE, f"{channel}\n{account}\n{conversation}\n{message}")


def current(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    """A secret's value and, while it is being rotated, the one before (`<name>.previous`)."""
    found = (values.get(key, "") for key in (name, f"{name}.previous"))
    whole = (value.encode(errors="ignore").decode() for value in found)  # half a character is none
    return tuple(value for value in whole if value.strip())


def any_same(given: str, expected: Sequence[str]) -> bool:
    """Whether one of them is equal; all are compared, each in constant time."""
    return sum([same(given, one) for one in expected]) > 0


def same(given: str, expected: str) -> bool:
    """Equality in constant time, for any characters."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode())


def fresh(stamp: str, now: float, window: float = MAX_SKEW_SECONDS) -> str:
    """The timestamp in seconds, as it was given. Raises BadSignatureError unless it is recent."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004
        raise BadSignatureError("timestamp")
    if abs(now - int(stamp)) > window:
        raise BadSignatureError("stale timestamp")
    return stamp


def remembered(written: float, now: float) -> None:
    """Raises BadSignatureError for what says of itself that it was written so long ago that nobody
    knows any more whether it was done: signed bytes hold for ever where no time is signed.

    Both in seconds since 1970; 0: it does not say.
    """
    if written and now - written > KEEP_SECONDS:
        raise BadSignatureError("older than what is remembered")


def header(webhook: Webhook, name: str, *, commas: bool = False) -> str:
    """A header that must be there, in ASCII; one that was sent twice arrives joined by a comma.

    Raises BadSignatureError.
    """
    value = webhook.headers.get(name, "")
    once = commas or "," not in value
    if not (value and once and value.isascii() and len(value) <= 8192):  # noqa: PLR2004
        raise BadSignatureError(f"header {name}")
    return value


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object, strictly: no key twice, no NaN, whole characters. Raises BadRequestError.

    What is null in an object is not there: platforms write both of what there is none of.
    """
    try:
        text = body.decode()
        found = _STRICT.decode(text)
        if "\\u" in text:
            # Half a character can be escaped, but neither stored nor sent: a ValueError.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequestError("broken JSON") from error
    if not isinstance(found, dict):
        raise BadRequestError("not a JSON object")
    return found


def shape(found: Any, kind: type[T]) -> T:
    """A parsed value as a struct. Raises BadRequestError that names the field."""
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise BadRequestError(f"malformed: {error}") from error


def _strict(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return {key: one for key, one in pairs if one is not None} if None in found.values() else found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_STRICT = json.JSONDecoder(object_pairs_hook=_strict, parse_constant=_no_constant)
