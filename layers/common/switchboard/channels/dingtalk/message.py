"""What a robot of DingTalk is sent. Source: open.dingtalk.com, robot receive message."""

from typing import Any

from msgspec import Struct

from switchboard.models import Attachment

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
    return found.get(callback.msgtype, "").strip()


def files_of(callback: Callback, envelope: str) -> tuple[Attachment, ...]:
    """The files of a message, each known by a code."""
    content, kind = callback.content, callback.msgtype
    if kind == "richText":
        found: list[Any] = [("picture", run.download_code) for run in content.rich_text]
    else:
        found = [(kind, content.download_code)] if kind in FILES else []
    coded = [(name, code) for name, code in found if code]
    return tuple(
        Attachment(
            f"uploads/{envelope}/{index}",
            content.file_name or FILES[name][0],
            FILES[name][1],
            0,
            {"code": code},
        )
        for index, (name, code) in enumerate(coded)
    )
