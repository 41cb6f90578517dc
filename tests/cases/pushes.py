"""What becomes of an answer that deliver pushes to a platform's double."""

import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import json

from functions.deliver import app as deliver
from switchboard.channels import registry
from switchboard.cloud import connections
from switchboard.ledger import runs
from switchboard.models import Fault, Hint, Outcome, Result, StoredFile
from tests.cases import chats, others, tools
from tests.cases.reading import Case
from tests.kit import channels
from tests.kit.fakes import Aws, Stored
from tests.kit.platforms import DOUBLES, Platform, platform
from tests.kit.stories import answer_row
from tests.signers import signer

OUTCOMES = {"SENT": "sent", "FAILED": "refused", "HELD": "closed", "READY": "later"}


def push(case: Case) -> dict[str, Any]:
    found = json.decode(case.beside(case["file"])) if "file" in case.told else []
    with ExitStack() as stack:
        side = Platform(case["channel"], None, dict(signer(case["channel"]).VALUES))
        if case["channel"] in DOUBLES:
            side = stack.enter_context(platform(case["channel"]))
        cloud = stack.enter_context(chats.account(case["channel"], side.values))
        stack.callback(connections.hang_up)
        hint = _ready(case, side, cloud)
        answers = others.overlaid(side.double, found) if side.double else None
        with suppress(deliver.PostponedError):
            deliver.deliver(hint, time.time())
        state = answer_row(cloud, hint)["state"]
        requested = answers.requests if answers else []
    return {"outcome": OUTCOMES[state], "requested": requested}


def _ready(case: Case, side: Platform, cloud: Aws) -> Hint:
    """An answer to a genuine message, READY in the ledger."""
    now = time.time()
    event = side.signer.message("/help", number=1, now=now, values=side.values)
    receiver = registry.receiver(case["channel"], "main", side.values)
    (envelope,) = receiver.receive(channels.webhook(event, now)).envelopes
    if side.double:
        side.hear(envelope.conversation, envelope.reply_to)
    result = _result(case, envelope.id, cloud)
    runs.commit(envelope, answer=result, locale="en", audits=[], now=now)
    return Hint(envelope.id, 0)


def _result(case: Case, run: UUID, cloud: Aws) -> Result:
    if "call" not in case.told:
        return Result(id=run, result=Outcome(text=case["text"]))
    with tools.answer(case.call()) as came:
        if "refused" in came:
            return Result(id=run, error=Fault(-32000, came["refused"]))
        files = []
        for name, kind, path in came["files"]:
            content = Path(path).read_bytes()
            cloud.objects[f"results/{name}"] = Stored(kind, content)
            files.append(StoredFile(f"results/{name}", name, kind, len(content)))
        return Result(id=run, result=Outcome(text=came["text"], files=tuple(files)))
