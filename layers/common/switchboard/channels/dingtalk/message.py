"""What DingTalk's webhooks hold. Source: open.dingtalk.com, robot receive message."""

from msgspec import Struct

from switchboard.channels.kit.files import Sent
from switchboard.channels.kit.words import cleaned

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
    text: _Words = _Words()
    content: _Content = _Content()


def words_of(callback: Callback) -> str:
    """What was said; DingTalk takes the robot's name out and leaves the blank before it."""
    found = {
        "text": callback.text.content,
        "audio": callback.content.recognition,
        "richText": "".join(run.text for run in callback.content.rich_text),
    }
    return cleaned(found.get(callback.msgtype, ""))


def files_of(callback: Callback) -> list[Sent]:
    """The files of a message, each known by a code."""
    content, kind = callback.content, callback.msgtype
    if kind == "richText":
        kind, codes = "picture", [run.download_code for run in content.rich_text]
    else:
        codes = [content.download_code] if kind in FILES else []
    name, media_type = FILES.get(kind, ("", ""))
    return [Sent({"code": code}, content.file_name or name, media_type) for code in codes if code]
