"""What the events of a Matrix room say to us. Source: spec.matrix.org, client-server API, v1.11."""

import re
from typing import Any, Literal
from urllib.parse import quote

from msgspec import Struct, field

from switchboard.channels.base import shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned

FILES = {"m.image": "image/png", "m.audio": "audio/ogg", "m.video": "video/mp4", "m.file": ""}
"""The kinds of message that are files, with what they usually are."""
WORDS = {"m.text", "m.emote", *FILES}
"""The kinds that people write; `m.notice` is for bots, and none answers another's."""
TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}", re.ASCII)
KINDS = ("m.room.encrypted", "m.room.member", "m.room.message")
GREETING = "/help"
"""What an invitation counts as: we come into the room to answer it."""
MAX_ID = 255
MXC = re.compile(r"mxc://([A-Za-z0-9\[][A-Za-z0-9.:\]-]{0,254})/([A-Za-z0-9_-]{1,255})")
_QUOTED = re.compile(r"\A\s*(?:>[^\n]*\n?)+\n?")


class Relation(Struct):
    rel_type: str = ""
    event_id: str = ""
    in_reply_to: dict[str, Any] | None = field(name="m.in_reply_to", default=None)


class Mentions(Struct):
    user_ids: tuple[str, ...] = ()


class Content(Struct):
    msgtype: str = ""
    body: str = ""
    formatted_body: str = ""
    filename: str = ""
    url: str = ""
    info: dict[str, Any] | None = None
    membership: str = ""
    mentions: Mentions | None = field(name="m.mentions", default=None)
    relation: Relation | None = field(name="m.relates_to", default=None)

    @property
    def thread(self) -> str:
        """The event that the thread began with, if this is in one."""
        relation = self.relation
        return relation.event_id if relation and relation.rel_type == "m.thread" else ""

    @property
    def said(self) -> bool:
        """Whether a person has said this, and for the first time."""
        edits = self.relation is not None and self.relation.rel_type == "m.replace"
        return self.msgtype in WORDS and not edits


class RoomEvent(Struct):
    type: str
    event_id: str
    room_id: str
    sender: str
    content: Content
    state_key: str = ""


class Said(Struct, frozen=True):
    """What an event says to us."""

    id: str
    """The same when it is said again."""
    kind: Literal["message", "unreadable"] = "message"
    text: str = ""
    files: tuple[Sent, ...] = ()
    invited: bool = False


def event_in(found: Any) -> RoomEvent | None:
    """One event of a transaction; None of a kind that says nothing to us, whatever is in it.

    Raises BadRequestError when it is malformed.
    """
    kind = found.get("type") if isinstance(found, dict) else None
    return shape(found, RoomEvent) if kind in KINDS or not isinstance(kind, str) else None


def said_in(event: RoomEvent, us: str) -> Said | None:
    """What the event says to us, whose id is `us`; None when nothing."""
    ids, content = (event.event_id, event.room_id, event.sender), event.content
    if not all(0 < len(one) <= MAX_ID for one in ids) or event.sender == us:
        return None
    if event.type == "m.room.encrypted":
        # Nobody knows which of its messages are for us: said once to everybody in a room.
        return Said(f"encrypted {event.sender}", kind="unreadable")
    if event.type == "m.room.member" and event.state_key == us and content.membership == "invite":
        return Said(event.event_id, text=GREETING, invited=True)
    if event.type == "m.room.message" and content.said and _is_for(content, us):
        said = Said(event.event_id, text=_words(content, us), files=_files(content))
        return said if said.text or said.files else None
    return None


def _is_for(content: Content, us: str) -> bool:
    """Whether it mentions us, as a reply to us does, or is a command.

    Nothing in an event tells a room of two from one of many. Before `m.mentions` (v1.7) a link to
    somebody was a mention.
    """
    told = content.mentions
    mentioned = us in told.user_ids if told else bool(_linked(content, us))
    return mentioned or _unquoted(content).startswith(("/", "!sb", us))


def _unquoted(content: Content) -> str:
    """The text without the quotation that a reply begins with."""
    replies = content.relation is not None and content.relation.in_reply_to is not None
    return cleaned(content.body, _QUOTED if replies else None)


def _words(content: Content, us: str) -> str:
    """The text without the quotation that a reply begins with, and without our own mention."""
    if content.msgtype in FILES and content.filename in {"", content.body}:
        return ""  # the body is the file's name, not a caption
    text = _unquoted(content)
    for name in (us, *_linked(content, us), us[1:].partition(":")[0]):
        text = cleaned(text, re.compile(rf"\A\s*@?{re.escape(name)}(?:[:,：，]|(?=\s|\Z))\s*"))
    return text


def _files(content: Content) -> tuple[Sent, ...]:
    """The file, if it is one that we can read."""
    if content.msgtype not in FILES or not MXC.fullmatch(content.url):
        return ()
    info = content.info or {}  # what the sender's client says of it, right or not
    told, size = str(info.get("mimetype", "")), info.get("size")
    media_type = told if TYPE.fullmatch(told) else FILES[content.msgtype]
    known = size if isinstance(size, int) else 0
    return (Sent({"url": content.url}, content.filename or content.body, media_type, known),)


def _linked(content: Content, us: str) -> list[str]:
    """What links to us say, which is what somebody calls us."""
    targets = "|".join(re.escape(f"https://matrix.to/#/{one}") for one in (us, quote(us, safe="")))
    link = rf'<a href="(?:{targets})"[^>]{{0,100}}>([^<]{{1,100}})</a>'
    return re.findall(link, content.formatted_body)
