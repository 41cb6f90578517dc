"""What WeCom's webhooks to a bot hold. Source: developer.work.weixin.qq.com path 100719."""

from msgspec import Struct, field

from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned, naming

FILES = {
    "image": ("image.jpg", "image/jpeg"),
    "video": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
}


class _Words(Struct, frozen=True):
    content: str = ""


class _Link(Struct, frozen=True):
    url: str = ""


class _Item(Struct, frozen=True):
    msgtype: str = ""
    text: _Words = _Words()
    image: _Link = _Link()


class _Mixed(Struct, frozen=True):
    msg_item: list[_Item] = []


class _Stream(Struct, frozen=True):
    id: str = ""


class _Press(Struct, frozen=True):
    event_key: str = ""


class _Event(Struct, frozen=True):
    eventtype: str = ""
    template_card_event: _Press = _Press()


class _From(Struct, frozen=True):
    userid: str = ""


class Callback(Struct, frozen=True):
    msgtype: str = ""
    msgid: str = ""
    aibotid: str = ""
    chatid: str = ""
    chattype: str = ""
    sender: _From = field(name="from", default_factory=_From)
    response_url: str = ""
    text: _Words = _Words()
    voice: _Words = _Words()
    image: _Link = _Link()
    file: _Link = _Link()
    video: _Link = _Link()
    mixed: _Mixed = _Mixed()
    stream: _Stream = _Stream()
    event: _Event = _Event()


def words_of(callback: Callback, us: str) -> str:
    """What a person said or pressed, without the bot's name, which is `us` if it is known: a
    group's message mentions it, mostly at the beginning.
    """
    kind = callback.msgtype
    if kind == "event":
        pressed = callback.event.eventtype == "template_card_event"
        return cleaned(callback.event.template_card_event.event_key) if pressed else ""
    if kind == "mixed":
        items = (item.text.content for item in callback.mixed.msg_item if item.msgtype == "text")
        text = "\n".join(items)
    else:
        text = {"text": callback.text, "voice": callback.voice}.get(kind, _Words()).content
    return cleaned(text, naming(us) if callback.chattype == "group" else None)


def files_of(callback: Callback) -> list[Sent]:
    """The files of a message, to be fetched within five minutes."""
    kind = callback.msgtype
    if kind == "mixed":
        items = callback.mixed.msg_item
        found = [("image", item.image.url) for item in items if item.msgtype == "image"]
    else:
        links = {"image": callback.image, "file": callback.file, "video": callback.video}
        found = [(kind, links[kind].url)] if kind in links else []
    return [Sent({"url": url}, *FILES[name]) for name, url in found if url]
