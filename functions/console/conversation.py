"""The person's conversation as the page is given it: what they said, and what answered it."""

import time
from typing import Any

from msgspec import structs

from switchboard import storage
from switchboard.channels.web.session import ACCOUNT
from switchboard.ledger import mailbox
from switchboard.ledger.mailbox import Letter, Said
from switchboard.models import Attachment, StoredFile

LINK_SECONDS = 3600


def page(subject: str, after: str) -> dict[str, Any]:
    """What was said and answered after the cursor `after`, oldest first, and the next cursor."""
    found, cursor = mailbox.list_letters(f"web/{ACCOUNT}/{subject}", after, time.time())
    return {
        "cursor": cursor,
        "messages": [_answer(one) for one in found if isinstance(one, Letter)],
        "said": [_said(one) for one in found if isinstance(one, Said)],
    }


def _answer(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "in_reply_to": letter.in_reply_to,
        "text": letter.text,
        "error": letter.error,
        "at": letter.at,
        "buttons": [structs.asdict(one) for one in letter.buttons],
        "files": [_facts(one) | {"url": storage.link(one, LINK_SECONDS)} for one in letter.files],
    }


def _said(said: Said) -> dict[str, Any]:
    files = [_facts(one) for one in said.attachments]
    return {"id": said.id, "text": said.text, "at": said.at, "attachments": files}


def _facts(file: Attachment | StoredFile) -> dict[str, Any]:
    return {"name": file.name, "media_type": file.media_type, "size": file.size}
