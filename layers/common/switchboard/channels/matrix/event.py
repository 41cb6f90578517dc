"""What the events of a Matrix room say. Source: spec.matrix.org, client-server API, v1.11."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from msgspec import Struct, field

from switchboard.channels.base import read_json, shape
from switchboard.errors import BadRequestError
from switchboard.models import StoredFile

FILES = {"m.image": "image/png", "m.audio": "audio/ogg", "m.video": "video/mp4", "m.file": ""}
"""The kinds of message that are files, with what they usually are."""
WORDS = {"m.text", "m.emote", *FILES}
"""The kinds that people write; `m.notice` is for bots, and none answers another's."""
UNKNOWN = "application/octet-stream"
TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}", re.ASCII)
MXC = re.compile(r"mxc://([A-Za-z0-9\[][A-Za-z0-9.:\]-]{0,254})/([A-Za-z0-9_-]{1,255})")

MAX_CONTENT = 60_000
"""Bytes of what we say: with what the homeserver adds, an event has up to 65,536."""


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


class Event(Struct):
    type: str
    event_id: str
    room_id: str
    sender: str
    content: Content
    state_key: str = ""


def events_of(body: bytes) -> Iterator[Event]:
    """The events of a transaction that can be read; raises BadRequestError when it is none.

    One by one: what is wrong in one, such as half a character, must not refuse the others, for the
    homeserver sends nothing else until the transaction is taken.
    """
    try:
        found = json.loads(body)
        events = found["events"] if isinstance(found, dict) else None
    except (ValueError, KeyError, RecursionError) as error:
        raise BadRequestError("no transaction") from error
    if not isinstance(events, list):
        raise BadRequestError("no transaction")
    for one in events:
        with suppress(BadRequestError):
            yield shape(read_json(json.dumps({"event": one}).encode())["event"], Event)


def words_of(content: Content, us: str) -> str:
    """The text without the quotation that a reply begins with, and without our own mention."""
    if content.msgtype in FILES and content.filename in {"", content.body}:
        return ""  # the body is the file's name, not a caption
    text = content.body.strip()
    if content.relation is not None and content.relation.in_reply_to is not None:
        text = re.sub(r"\A(?:>[^\n]*\n?)+\n?", "", text)
    for name in _names(content, us):
        text = re.sub(rf"\A\s*@?{re.escape(name)}(?:[:,]|(?=\s|\Z))\s*", "", text)
    return text.strip()


def is_for(content: Content, us: str) -> bool:
    """Whether it mentions us, as a reply to us does, or is a command.

    Nothing in an event tells a room of two from one of many.
    """
    mentioned = content.mentions is not None and us in content.mentions.user_ids
    return mentioned or content.body.startswith(("/", us))


def file_of(content: Content) -> tuple[str, str, int, dict[str, str]] | None:
    """Name, media type, size and source of the file, if it is one that we can read."""
    if content.msgtype not in FILES or not MXC.fullmatch(content.url):
        return None
    info = content.info or {}  # what the sender's client says of it, right or not
    told, size = str(info.get("mimetype", "")), info.get("size")
    media_type = told if TYPE.fullmatch(told) else FILES[content.msgtype] or UNKNOWN
    name = content.filename or content.body or "file"
    known = size if isinstance(size, int) and size > 0 else 0
    return name[:200], media_type, known, {"url": content.url}


def text_content(markdown: str) -> dict[str, Any]:
    """A message as Markdown, and as HTML unless that makes it too big."""
    from switchboard.channels.kit import markup  # noqa: PLC0415  ingest renders nothing

    plain = {"msgtype": "m.text", "body": markdown}
    html = {"format": "org.matrix.custom.html", "formatted_body": markup.to_rich_html(markdown)}
    return (
        plain
        if len(json.dumps({**plain, **html}, ensure_ascii=False).encode()) > MAX_CONTENT
        else {**plain, **html}
    )


def file_content(file: StoredFile, url: str) -> dict[str, Any]:
    """A message that shows the file at an mxc address."""
    kind = f"m.{file.media_type.partition('/')[0]}"
    return {
        "msgtype": kind if kind in FILES else "m.file",
        "body": file.name,
        "filename": file.name,
        "url": url,
        "info": {"mimetype": file.media_type, "size": file.size},
    }


def _names(content: Content, us: str) -> list[str]:
    """What the text may call us: our id, its first half, and what the link to us says."""
    targets = "|".join(re.escape(f"https://matrix.to/#/{one}") for one in (us, quote(us, safe="")))
    shown = re.findall(
        rf'<a href="(?:{targets})"[^>]{{0,100}}>([^<]{{1,100}})</a>', content.formatted_body
    )
    return [us, *shown, us[1:].partition(":")[0]]
