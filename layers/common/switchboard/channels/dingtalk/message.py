"""What DingTalk's webhooks hold. Source: open.dingtalk.com, robot receive message."""

from msgspec import Struct

from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned, naming

FILES = {
    "picture": ("picture.png", "image/png"),
    "audio": ("voice.amr", "audio/amr"),
    "video": ("video.mp4", "video/mp4"),
    "file": ("file", "application/octet-stream"),
}


class _Words(Struct, frozen=True, rename="camel"):
    content: str = ""


class _Run(Struct, frozen=True, rename="camel"):
    """Words or a picture of a rich text."""

    text: str = ""
    download_code: str = ""


class _At(Struct, frozen=True, rename="camel"):
    dingtalk_id: str = ""


class _Content(Struct, frozen=True, rename="camel"):
    download_code: str = ""
    file_name: str = ""
    recognition: str = ""
    rich_text: list[_Run] = []


class Callback(Struct, frozen=True, rename="camel"):
    msgtype: str = ""
    conversation_id: str = ""
    conversation_type: str = ""
    chatbot_corp_id: str = ""
    chatbot_user_id: str = ""
    robot_code: str = ""
    sender_id: str = ""
    sender_staff_id: str = ""
    sender_corp_id: str = ""
    session_webhook: str = ""
    is_in_at_list: bool = True
    at_users: list[_At] = []
    text: _Words = _Words()
    content: _Content = _Content()

    @property
    def in_group(self) -> bool:
        return self.conversation_type == "2"

    @property
    def is_for_us(self) -> bool:
        """Whether it was said to the robot alone, or mentions it."""
        return self.is_in_at_list or not self.in_group


def words_of(callback: Callback, us: str) -> str:
    """What was said without the robot's name, which is `us` where it is known.

    DingTalk takes it out itself and leaves the blank before it, but not out of every client's rich
    text. Without its name, the robot is what that begins with, if nobody else is mentioned.
    """
    runs = [run.text for run in callback.content.rich_text]
    alone = {one.dingtalk_id for one in callback.at_users} <= {callback.chatbot_user_id}
    if callback.in_group and not us and alone and runs and runs[0].strip().startswith("@"):
        runs[0] = cleaned(runs[0], naming("")) if "/" in runs[0] else ""
    found = {
        "text": callback.text.content,
        "audio": callback.content.recognition,
        "richText": "".join(runs),
    }
    text = found.get(callback.msgtype, "")
    return cleaned(text, naming(us) if us and callback.in_group else None)


def files_of(callback: Callback) -> list[Sent]:
    """The files of a message, each known by a code."""
    content, kind = callback.content, callback.msgtype
    if kind == "richText":
        kind, codes = "picture", [run.download_code for run in content.rich_text]
    else:
        codes = [content.download_code] if kind in FILES else []
    name, media_type = FILES.get(kind, ("", ""))
    return [Sent({"code": code}, content.file_name or name, media_type) for code in codes if code]
