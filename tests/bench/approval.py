"""An approval with a right code, for the bench: the rows that it reads, and what KMS answers."""

import json
import time
from base64 import b64encode
from typing import Any

import msgspec
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from switchboard.credentials.codes import Secret
from switchboard.ledger import table
from switchboard.ledger.questions import Question
from switchboard.models import Ask, encode
from tests.kit import build

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ARGUMENTS = {"id": "3f9a1c20"}
ANSWERS = 300
"""Warm answers, each with its own id."""
KEPT = 7_200
"""Seconds that the question is open for."""


def answers() -> list[str]:
    """Envelopes that say yes, each to the same question: here, it stays open."""
    now = time.time()
    said = f"/approve {question(now).ref} {pyotp.TOTP(SEED).at(int(now))}"
    messages = (build.envelope(said, number=one, received_at=now) for one in range(ANSWERS + 1))
    return [encode(one).decode() for one in messages]


def question(now: float) -> Question:
    """Whether an event is to be deleted; a member may say."""
    command = build.command("events.delete", ARGUMENTS, tool="calendar", role="member")
    asks = Ask(approvers=("member", "admin"))
    shown = build.asked_call(command, asks=asks)
    return Question(id=command.id, calls=(shown,), until=now + KEPT)


def rows() -> list[dict[str, Any]]:
    """The question, and Ada's factor, as they are put into the ledger."""
    asked = question(time.time())
    return [
        table.pack(row)
        for row in (
            {
                "pk": f"question#{asked.meta.lane}",
                "sk": asked.ref,
                "state": asked.state,
                "id": str(asked.id),
                "calls": [encode(one).decode() for one in asked.calls],
                "until": asked.until,
            },
            {
                "pk": "factor#ada",
                "sk": "factor",
                "state": "ACTIVE",
                "sealed": b64encode(b"sealed").decode(),
                "last_step": 0,
                "fails": 0,
                "locked_until": 0,
                "recovery": [],
                "enrolled_at": 0,
            },
        )
    ]


def opened(_: dict[str, Any]) -> dict[str, Any]:
    """KMS Decrypt: what is sealed in the factor's row."""
    return {"Plaintext": b64encode(msgspec.json.encode(Secret(SEED, b"pepper"))).decode()}


def signature(_: dict[str, Any]) -> dict[str, Any]:
    """KMS Sign: a signature in the form that it has."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = key.sign(json.dumps(ARGUMENTS).encode(), ec.ECDSA(hashes.SHA256()))
    return {"Signature": b64encode(made).decode()}
