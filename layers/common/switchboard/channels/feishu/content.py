"""What is in a message of Feishu: words, pictures, files. Source: open.feishu.cn."""

from msgspec import Struct

from switchboard.channels.base import read_json, shape
from switchboard.channels.kit.files import Sent


class _Run(Struct):
    """Some words of a rich text, somebody who is mentioned, or a picture or a film in it."""

    tag: str = ""
    text: str = ""
    user_id: str = ""
    """Of a mention (`at`): what stands for it in a plain text."""
    image_key: str = ""
    file_key: str = ""

    @property
    def words(self) -> str:
        return self.user_id if self.tag == "at" else self.text


class _Content(Struct):
    """What a text, a picture, a file, a voice or a film has."""

    text: str = ""
    image_key: str = ""
    file_key: str = ""
    file_name: str = ""


class _Post(Struct):
    """A rich text: lines of runs, of which some are words."""

    title: str = ""
    content: list[list[_Run]] = []


def read(message: str, kind: str, content: str) -> tuple[str, list[Sent]]:
    """The words and the files of the message with this id; one of another kind has neither.

    Raises BadRequestError when it is malformed.
    """
    if kind == "post":
        post = shape(read_json(content.encode()), _Post)
        lines = ["".join(run.words for run in line) for line in post.content]
        text = "\n".join([post.title, *lines] if post.title else lines)
        runs = [run for line in post.content for run in line]
        found = [_sent(message, kind, run.image_key, run.file_key) for run in runs]
        return text, [file for file in found if file is not None]
    if kind not in {"text", "image", "file", "audio", "media"}:
        return "", []
    one = shape(read_json(content.encode()), _Content)
    image = one.image_key if kind == "image" else ""  # a film's picture is not asked for
    file = _sent(message, kind, image, one.file_key, one.file_name)
    return one.text, [] if file is None else [file]


def _sent(message: str, kind: str, image: str, file: str, name: str = "") -> Sent | None:
    source = {"message": message, "key": file or image}
    if file:
        media_type = {"audio": "audio/ogg", "media": "video/mp4"}.get(kind, "")
        return Sent({**source, "type": "file"}, name or kind, media_type)
    return Sent({**source, "type": "image"}, "image", "image/png") if image else None
