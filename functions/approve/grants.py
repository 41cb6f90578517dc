"""Grants: signed permissions for exactly one call each, good for two minutes.

A grant is a JWT (RFC 7519) with ES256 (RFC 7518, 3.4), signed by a key in KMS that only this
function may sign with. `switchboard/frame/grants.py` reads it in the tool's function.
"""

from base64 import b64decode, b64encode, urlsafe_b64encode
from typing import Any

from msgspec import json, structs

from functions.approve.settings import ApproveSettings
from switchboard.audit import digest
from switchboard.cloud import aws
from switchboard.ledger import table
from switchboard.ledger.questions import AskedCall, Question
from switchboard.models import Command, Envelope, Params, op_id

SECONDS = 120
"""How long a call may wait for its turn after a yes."""
HALF = 32
"""Bytes of each of the two numbers of a signature (RFC 7518, 3.4)."""
HEADER = {"alg": "ES256", "typ": "JWT"}


def granted(question: Question, yes: Envelope, approver: str, now: float) -> list[Command]:
    """The calls that were asked about, as `yes` lets them run: new ops, each with its own grant."""
    return [_granted(one, step, yes, approver, now) for step, one in enumerate(question.calls)]


def _granted(one: AskedCall, step: int, yes: Envelope, approver: str, now: float) -> Command:
    asked = one.command
    meta, arguments = asked.params.meta, asked.params.arguments
    id_ = op_id(yes.id, step, meta.tool, asked.method, arguments)
    stack = ApproveSettings.load().stack
    claims = {
        "iss": f"{stack}/approve",
        "aud": f"{stack}/tool/{meta.tool}",
        "sub": meta.actor,
        "approver": approver,
        "op_id": str(id_),
        "operation": asked.method,
        "arguments": digest(arguments),
        "manifest": one.manifest,
        "shown": meta.shown,
        "iat": int(now),
        "exp": int(now) + SECONDS,
        "jti": table.unique(),
    }
    granted = structs.replace(
        meta,
        run=yes.id,
        step=step,
        reply_to=yes.reply_to,
        asked_at=yes.received_at,
        trace=yes.trace,
        approver=approver,
        grant=_signed(claims),
    )
    return Command(id=id_, method=asked.method, params=Params(arguments=arguments, meta=granted))


def _signed(claims: dict[str, Any]) -> str:
    said = f"{_segment(json.encode(HEADER))}.{_segment(json.encode(claims))}"
    asked = {
        "KeyId": ApproveSettings.load().grants_arn,
        "Message": b64encode(said.encode()).decode(),
        "MessageType": "RAW",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    signature = b64decode(aws.call("kms", "Sign", asked)["Signature"])
    return f"{said}.{_segment(_joined(signature))}"


def _joined(signature: bytes) -> bytes:
    """Two numbers of fixed length out of the DER in which KMS writes them (RFC 3279, 2.2.3)."""
    first = signature[4 : 4 + signature[3]]
    second = signature[4 + signature[3] + 2 :]
    return b"".join(one.lstrip(b"\0").rjust(HALF, b"\0") for one in (first, second))


def _segment(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
