"""Objects in the Results bucket: what came with messages, and what calls brought. Written once."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from msgspec import json

from switchboard.cloud import aws
from switchboard.errors import BadRequestError
from switchboard.models import Attachment, Command, Outcome, StoredFile
from switchboard.phrases import say
from switchboard.sdk.adapter import File, Output
from switchboard.settings import Settings
from switchboard.text import beginning

MAX_ATTACHMENT_BYTES = 20 * 2**20
MAX_NAME = 200
MAX_ANSWER_BYTES = 96_000
"""Of JSON: what of an answer is in its row, and in one letter of the chat page."""
REFUSALS = {"attachment_gone", "attachment_refused", "attachment_unreachable", "too_big"}
"""Why a file was not brought: phrases."""
NOT_THERE = {403, 404}
"""S3 tells those who may not list the bucket that a missing object is forbidden."""


class StorageSettings(Settings, frozen=True):
    results_bucket: str


def keep(command: Command, output: Output) -> Outcome:
    """Store a call's files and then its record, `results/<op_id>/result.json`."""
    files = tuple(_store(command.id, index, file) for index, file in enumerate(output.files))
    record = {
        "id": command.id,
        "tool": command.params.meta.tool,
        "operation": command.method,
        "text": output.text,
        "content": output.content,
        "files": files,
    }
    key = f"results/{command.id}/result.json"
    aws.put_object(_bucket(), key, json.encode(record), "application/json")
    text = beginning(output.text, MAX_ANSWER_BYTES)
    if text != output.text:  # a row of the ledger has no room for all of it
        files = (keep_text(command.id, output.text), *files)
        text += "\n\n" + say("rest_in_file", command.params.meta.locale)
    return Outcome(text=text, object=key, files=files, tainted=output.tainted)


def bring(attachments: Sequence[Attachment], folder: Path) -> tuple[File, ...]:
    """Bring a message's attachments into `folder`.

    Raises BadRequestError when one is too big, was refused, or is not there.
    """
    files = []
    for index, attachment in enumerate(attachments):
        if attachment.size > MAX_ATTACHMENT_BYTES:
            raise _refusal("too_big", attachment.name)
        suffix = Path(attachment.name).suffix[:16]
        path = folder / f"attachment-{index}{suffix if suffix[1:].isalnum() else ''}"
        path.write_bytes(_fetched(attachment))
        files.append(File(attachment.name, attachment.media_type, path))
    return tuple(files)


def receive(attachment: Attachment, content: bytes) -> None:
    """Store a file that came with a message."""
    media_type = attachment.media_type or "application/octet-stream"
    aws.put_object(_bucket(), attachment.key, content, media_type)


def refuse(attachment: Attachment, code: str) -> None:
    """Leave a mark instead of a file that could not be brought; `code` is one of REFUSALS."""
    aws.put_object(_bucket(), f"{attachment.key}.error", code.encode(), "text/plain")


def keep_text(op_id: UUID, text: str) -> StoredFile:
    """Store an answer that is too long for its chat, so that it can be sent as one file."""
    key, body = f"results/{op_id}/answer.md", text.encode()
    aws.put_object(_bucket(), key, body, "text/markdown; charset=utf-8")
    return StoredFile(key, "answer.md", "text/markdown", len(body))


def save(tool: str, op_id: UUID, body: bytes) -> None:
    """Store what it takes to take a call back, once, where the tool's own function alone reads."""
    aws.put_object(_bucket(), _saved_key(tool, op_id), body, "application/json")


def saved(tool: str, op_id: UUID) -> bytes | None:
    """What a call of the tool has stored to be taken back; None: nothing, or it is gone."""
    try:
        return aws.get_object(_bucket(), _saved_key(tool, op_id))
    except aws.AwsError as error:
        if error.status not in NOT_THERE:
            raise
        return None


def content(file: StoredFile) -> bytes:
    """A file as a platform is sent it. Raises BadRequestError when it is too big, or gone."""
    if file.size > MAX_ATTACHMENT_BYTES:
        raise _refusal("too_big", file.name)
    try:
        return aws.get_object(_bucket(), file.key)
    except aws.AwsError as error:
        if error.status not in NOT_THERE:
            raise
        raise _refusal("attachment_gone", file.name) from error


def link(file: StoredFile, seconds: int) -> str:
    """A link that downloads the file, under its name, until `seconds` from now."""
    return aws.presigned_get(_bucket(), file.key, seconds=seconds, filename=file.name)


def _fetched(attachment: Attachment) -> bytes:
    try:
        return aws.get_object(_bucket(), attachment.key)
    except aws.AwsError as error:
        if error.status not in NOT_THERE:
            raise
        raise _refusal(_reason(attachment), attachment.name) from error


def _reason(attachment: Attachment) -> str:
    """Why the file of a chat is not there."""
    if not attachment.source:
        return "attachment_gone"
    try:
        code = aws.get_object(_bucket(), f"{attachment.key}.error").decode(errors="replace")
    except aws.AwsError as error:
        if error.status not in NOT_THERE:
            raise
        return "attachment_gone"
    return code if code in REFUSALS else "attachment_gone"


def _refusal(code: str, name: str) -> BadRequestError:
    return BadRequestError("file", say=code, name=name, limit=MAX_ATTACHMENT_BYTES // 2**20)


def _store(op_id: UUID, index: int, file: File) -> StoredFile:
    name = _bounded(file.name.replace("/", "_"))
    key = f"results/{op_id}/{index}/{name}"
    body = file.path.read_bytes()
    aws.put_object(_bucket(), key, body, file.media_type)
    return StoredFile(key, name, file.media_type, len(body))


def _bounded(name: str) -> str:
    """A file's name of which a key has room for every byte, with the end that says its kind."""
    end = Path(name).suffix[:16]
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - len(end)] + end


def _saved_key(tool: str, op_id: UUID) -> str:
    return f"undo/{tool}/{op_id}"


def _bucket() -> str:
    return StorageSettings.load().results_bucket
