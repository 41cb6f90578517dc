"""What Teams tells about a message. Source: Bot Framework, Activity schema."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from switchboard.channels.base import shape
from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import US, addressed, cleaned, name_of
from switchboard.errors import BadRequestError

FILE = "application/vnd.microsoft.teams.file.download.info"
_ADDRESSED = re.compile(r"^\s*(?:<(?:p|div)>\s*)?<at>[^<]*</at>")
_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<]*)</at>")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div)>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|span|strong|b|em|i|u|s|a|code|pre|ul|ol|li|at)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
"""What Teams' editor makes; a typed `<` comes escaped where any of it does."""


ALONE = "personal"  # a conversation's type


class ChannelAccount(Struct, frozen=True, rename="camel"):
    """Who wrote, or whom it was written to."""

    id: str = ""
    name: str = ""
    aad_object_id: str = ""
    role: str = ""


class Conversation(Struct, frozen=True, rename="camel"):
    id: str = ""
    conversation_type: str = ""
    tenant_id: str = ""


class _Tenant(Struct, frozen=True):
    id: str = ""


class _ChannelData(Struct, frozen=True):
    tenant: _Tenant = _Tenant()


class _Mention(Struct, frozen=True):
    text: str = ""
    mentioned: ChannelAccount = ChannelAccount()


class ActivityFile(Struct, frozen=True, rename="camel"):
    content_type: str = ""
    content_url: str | None = None
    name: str | None = None
    content: Any = None


class Activity(Struct, frozen=True, rename="camel"):
    """What we read of a message; other types have other things under the same names."""

    id: str = ""
    timestamp: str = ""
    """When it was sent (ISO 8601)."""
    sender: ChannelAccount = field(name="from", default=ChannelAccount())
    recipient: ChannelAccount = ChannelAccount()
    conversation: Conversation = Conversation()
    channel_data: _ChannelData | None = None
    service_url: str = ""
    text: str | None = None
    value: Any = None
    locale: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    attachments: tuple[ActivityFile, ...] = ()


class Origin(Struct, frozen=True, rename="camel"):
    """What is compared with the claims of the token, for any kind of activity."""

    service_url: str = ""
    channel_id: str = ""
    conversation: Conversation = Conversation()
    channel_data: _ChannelData | None = None


def tenant_of(found: Origin | Activity) -> str:
    """The tenant that it came from; empty when none is told, or two."""
    inside = found.channel_data.tenant.id if found.channel_data else ""
    told = {one for one in (found.conversation.tenant_id, inside) if one}
    return told.pop() if len(told) == 1 else ""


def sender_of(activity: Activity) -> str:
    """The sender's id, which never changes. Raises BadRequestError when the ids are not there."""
    ids = (activity.id, activity.conversation.id, activity.sender.aad_object_id)
    tenant = tenant_of(activity)
    if not (all(ids) and tenant):
        raise BadRequestError("an activity without its ids")
    return f"{tenant}:{activity.sender.aad_object_id}"


def chat_of(activity: Activity) -> str:
    """The conversation without its thread: a channel's threads are one chat."""
    return activity.conversation.id.partition(";")[0]


def is_ours(activity: Activity) -> bool:
    """Whether it is our own echo, or another bot's."""
    sender = activity.sender
    return sender.role in {"bot", "skill"} or sender.id.startswith("28:")


def written_at(activity: Activity) -> float:
    """Seconds since 1970; 0: it does not say."""
    try:
        told = datetime.fromisoformat(activity.timestamp)
    except ValueError:
        return 0.0
    return told.replace(tzinfo=told.tzinfo or UTC).timestamp()


def mentions_of(activity: Activity) -> list[_Mention]:
    told = [one for one in activity.entities if one.get("type") == "mention"]
    return [one for one in (shape(entity, _Mention) for entity in told) if one.text]


def is_for_us(activity: Activity) -> bool:
    """Whether it names us or nobody: a bot may be let read all that is said in a team."""
    found, us = mentions_of(activity), activity.recipient.id
    alone = activity.conversation.conversation_type == ALONE
    return alone or not (found and us) or any(one.mentioned.id == us for one in found)


def words_of(activity: Activity) -> str:
    """The text without our mention; of a pressed button, the text that it carries."""
    text, us = activity.text or "", activity.recipient.id
    for mention in mentions_of(activity) if us else ():
        ours = mention.mentioned.id == us
        text = text.replace(mention.text, US if ours else f"@{name_of(mention.mentioned.name)}")
    rich = "<p>" in text or "<div>" in text
    text = _AT.sub(r"@\1", _ADDRESSED.sub("", text))
    if rich:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    text = addressed(unescape(text), activity.recipient.name).replace("\xa0", " ")
    if not text and isinstance(activity.value, dict):
        text = str(activity.value.get("text", ""))
    return cleaned(text)


def files_of(activity: Activity) -> list[Sent]:
    """Files of a personal chat, and pictures; not the HTML that repeats the text."""
    return [sent for file in activity.attachments if (sent := _sent(file))]


def _sent(file: ActivityFile) -> Sent | None:
    """`by` says whether the address itself (`link`) or our token lets us in."""
    if file.content_type == FILE and isinstance(file.content, dict):
        url = file.content.get("downloadUrl")
        source = {"url": str(url), "by": "link"}
        return Sent(source, file.name or "") if isinstance(url, str) and url else None
    if file.content_type.startswith("image/") and file.content_url:
        media_type = "" if "*" in file.content_type else file.content_type
        return Sent({"url": file.content_url, "by": "token"}, file.name or "", media_type)
    return None


def is_at(url: str, *places: str) -> bool:
    """Whether the address is at a place: https at a host, or below one that begins with a dot, or
    at the very scheme, host and port of an address.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        bases = [urlsplit(place) for place in places if "://" in place]
    except ValueError:
        return False
    if any(parts[:2] == base[:2] for base in bases):
        return True
    if parts.scheme != "https" or parts.netloc.lower() != host:
        return False
    return any(host.endswith(one) if one.startswith(".") else host == one for one in places)
