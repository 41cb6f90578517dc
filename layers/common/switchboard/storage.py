"""Objects in the Results bucket: what came with messages, and what calls brought. Written once."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from msgspec import json

from switchboard import aws
from switchboard.adapter import Answer, File
from switchboard.errors import BadRequestError
from switchboard.models import Attachment, Command, Outcome, StoredFile
from switchboard.settings import Settings

MAX_ATTACHMENT_BYTES = 20 * 2**20
NOT_THERE = {403, 404}
"""S3 tells those who may not list the bucket that a missing object is forbidden."""


class StorageSettings(Settings, frozen=True):
    results_bucket: str


def keep(command: Command, answer: Answer) -> Outcome:
    """Store a call's files and then its record, `results/<op_id>/result.json`."""
    files = tuple(_store(command.id, index, file) for index, file in enumerate(answer.files))
    record = {
        "id": command.id,
        "tool": command.params.meta.tool,
        "operation": command.method,
        "text": answer.text,
        "content": answer.content,
        "files": files,
    }
    key = f"results/{command.id}/result.json"
    aws.put_object(_bucket(), key, json.encode(record), "application/json")
    return Outcome(text=answer.text, object=key, files=files, tainted=answer.tainted)


def bring(attachments: Sequence[Attachment], folder: Path) -> tuple[File, ...]:
    """Bring a message's attachments into `folder`.

    Raises BadRequestError when one is too big, or is not there.
    """
    files = []
    for index, attachment in enumerate(attachments):
        if attachment.size > MAX_ATTACHMENT_BYTES:
            limit = MAX_ATTACHMENT_BYTES // 2**20
            raise BadRequestError("attachment", say="too_big", name=attachment.name, limit=limit)
        suffix = Path(attachment.name).suffix[:16]
        path = folder / f"attachment-{index}{suffix if suffix[1:].isalnum() else ''}"
        path.write_bytes(_fetched(attachment))
        files.append(File(attachment.name, attachment.media_type, path))
    return tuple(files)


def content(file: StoredFile) -> bytes:
    """A file as a platform is sent it. Raises BadRequestError when it is more than that may be."""
    if file.size > MAX_ATTACHMENT_BYTES:
        limit = MAX_ATTACHMENT_BYTES // 2**20
        raise BadRequestError("file", say="too_big", name=file.name, limit=limit)
    return aws.get_object(_bucket(), file.key)


def link(file: StoredFile, seconds: int) -> str:
    """A link that downloads the file, under its name, until `seconds` from now."""
    return aws.presigned_get(_bucket(), file.key, seconds=seconds, filename=file.name)


def _fetched(attachment: Attachment) -> bytes:
    try:
        return aws.get_object(_bucket(), attachment.key)
    except aws.AwsError as error:
        if error.status not in NOT_THERE:
            raise
        raise BadRequestError("attachment", say="attachment_gone", name=attachment.name) from error


def _store(op_id: UUID, index: int, file: File) -> StoredFile:
    name = file.name.replace("/", "_")
    key = f"results/{op_id}/{index}/{name}"
    body = file.path.read_bytes()
    aws.put_object(_bucket(), key, body, file.media_type)
    return StoredFile(key, name, file.media_type, len(body))


def _bucket() -> str:
    return StorageSettings.load().results_bucket
