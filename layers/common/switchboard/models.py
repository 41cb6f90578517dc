"""The values that travel between functions, and lie in queues and rows: frozen, and of exact types.

No person and no platform writes them, but another release may: a field that is not known here is
ignored. What comes from outside is read by closed models where it comes in.
"""

import re
from typing import Any, Literal, get_args
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

Locale = str
"""A language that the layer has phrases in, as `en`."""
Role = Literal["guest", "member", "admin"]
"""What a person may be, from the least to the most."""
ROLES: tuple[str, ...] = get_args(Role)
ACCOUNT = re.compile(r"[a-z][a-z0-9]{1,30}/[a-z][a-z0-9]{1,30}")
"""How an account is named: `channel/account`, which is also the path of its webhooks."""
KEEP_SECONDS = 30 * 86_400.0
"""How long is remembered what was said, done and answered, and that it was."""
ReplyTo = dict[str, str]
"""The return address of a message; opaque to all but its channel."""


class Sender(Struct, frozen=True, omit_defaults=True):
    """Who wrote, as the channel proves it: `id` is immutable, `name` is only for show."""

    id: str
    name: str = ""
    locale: str = ""
    formerly: str = ""
    """Another id of the same person, by which they may be paired: what the platform used before."""


class Attachment(Struct, frozen=True):
    """A file that came with a message; `key` is its object in Results, below `uploads/`."""

    key: str
    name: str
    media_type: str
    size: int
    """Bytes; 0 while it is not known."""
    source: dict[str, str] = {}
    """Where the channel keeps it, opaque to all others; empty when it is in Results already."""


class Envelope(Struct, frozen=True, kw_only=True, tag="envelope"):
    """One authenticated message and where to answer. Ingest writes it, dispatch reads it."""

    version: Literal[1] = 1
    id: UUID
    kind: Literal["message", "unreadable", "event"] = "message"
    """`unreadable`: encrypted, not for us; `event`: nobody said it to us, so it makes no plan."""
    topic: str = ""
    """What people subscribe to, when it is an event."""
    channel: str
    account: str
    conversation: str
    chat: Literal["direct", "group"] = "group"
    """`direct`: nobody but the sender reads what is said there; a group where it is not known."""
    sender: Sender
    text: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: ReplyTo
    received_at: float
    """Seconds since 1970, UTC."""
    trace: str = ""
    kept_as: str = ""
    """What its words are kept under in its lane's mailbox, where we show the chat; "": nowhere."""

    @property
    def lane(self) -> str:
        """Messages of one lane are planned in order, and their effects happen in order."""
        return f"{self.channel}/{self.account}/{self.conversation}"


class Hint(Struct, frozen=True, tag="hint"):
    """Look at this row: it may be due. Losing or doubling one does no harm."""

    run: UUID
    step: int


class Observation(Struct, frozen=True, tag="observation"):
    """What a planned run waited for is there: its planner may go on from this hop."""

    run: UUID
    hop: int


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a call is to be approved before it runs, by a person who is asked."""

    approvers: tuple[str, ...] = ("admin",)
    """The roles that may say yes."""
    code: bool = True
    """Whether a yes is good only with a one-time code."""
    four_eyes: bool = False
    """Whether it takes somebody else than who asked."""
    together: int = 1
    """How many calls of its message are asked about in one question."""


class CallMeta(Struct, frozen=True, kw_only=True):
    """Who asked for a call, where, and where its answer goes."""

    tool: str
    actor: str
    role: str
    run: UUID
    step: int
    lane: str
    channel: str
    account: str
    reply_to: ReplyTo
    locale: Locale
    timezone: str
    attachments: tuple[Attachment, ...] = ()
    trace: str = ""
    sender: str = ""
    """Who asked, as the channel proves it: `channel/account/id`."""
    asked_at: float = 0.0
    """When the person asked, in seconds since 1970; 0: nobody says."""
    repeats: UUID | None = None
    """The idempotency key of the earlier call that this one repeats or looks for."""
    looks: UUID | None = None
    """The id of the earlier call, when this one only looks downstream for what it did."""
    own: bool = False
    """Whether it is let in by the asker's own connection, and not by the workspace's."""
    asks: Ask | None = None
    """How it is to be approved, when it is; also once it was."""
    grant: str = ""
    """The signed permission for exactly this call, once it was approved."""
    shown: str = ""
    """What the preview was of that a yes was given to, as a revision; "": nobody says."""
    approver: str = ""
    """Who said yes to it, once somebody did."""
    undoes: UUID | None = None
    """The id of the earlier call, when this one takes back what it did."""
    tainted: bool = False
    """Whether it was planned after words of third parties were read, and so may be theirs."""
    began_at: float = 0.0
    """When the first of the calls with this idempotency key was asked for, if this is a later."""

    @property
    def first_asked_at(self) -> float:
        """Since when the effect may have happened; 0: nobody says."""
        return self.began_at or (0.0 if self.repeats else self.asked_at)


class Params(Struct, frozen=True, kw_only=True):
    arguments: dict[str, Any]
    meta: CallMeta = msgspec.field(name="_meta")


class Command(Struct, frozen=True, kw_only=True):
    """One allowed call of one tool, as JSON-RPC 2.0; `id` is the call's op_id."""

    jsonrpc: Literal["2.0"] = "2.0"
    id: UUID
    method: str
    params: Params

    @property
    def key(self) -> UUID:
        """The idempotency key: a repetition has that of the call it repeats."""
        return self.params.meta.repeats or self.id


class StoredFile(Struct, frozen=True):
    """A file in the Results bucket."""

    key: str
    name: str
    media_type: str
    size: int


class Button(Struct, frozen=True, omit_defaults=True):
    """What a person may press instead of writing: `says` is the message that it stands for."""

    label: str
    says: str
    code: bool = False
    """Whether a one-time code has to follow what it says, which a chat may ask for first."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a call brought: Markdown for people, the stored object, the files made."""

    text: str
    object: str = ""
    files: tuple[StoredFile, ...] = ()
    tainted: bool = True
    """True when the text holds words of third parties, which may inform and never authorise."""
    buttons: tuple[Button, ...] = ()
    """What may be said next. The text says so too: not every chat has buttons."""


class Fault(Struct, frozen=True, omit_defaults=True):
    """Why a call was refused or failed: a JSON-RPC error whose message is for people."""

    code: int
    message: str
    buttons: tuple[Button, ...] = field(default=(), name="data")
    """What may be done about it. The message says so too: not every chat has buttons."""


class Result(Struct, frozen=True, kw_only=True):
    """What a command came to: a JSON-RPC response with exactly one of result and error."""

    jsonrpc: Literal["2.0"] = "2.0"
    id: UUID
    result: Outcome | UnsetType = UNSET
    error: Fault | UnsetType = UNSET

    @property
    def text(self) -> str:
        return self.result.text if self.result else self.error.message if self.error else ""

    @property
    def buttons(self) -> tuple[Button, ...]:
        said = self.result or self.error
        return said.buttons if said else ()


def op_id(run: UUID, step: int, tool: str, operation: str, arguments: dict[str, Any]) -> UUID:
    """The id of one call: the same message always makes the same ids, whatever is redelivered."""
    name = msgspec.json.encode([step, tool, operation, arguments], order="deterministic")
    return uuid5(run, name.decode())


encode = msgspec.json.Encoder().encode
decode_inbox = msgspec.json.Decoder(Envelope | Hint | Observation).decode
decode_command = msgspec.json.Decoder(Command).decode
