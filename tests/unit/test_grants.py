"""A grant opens exactly one call, for one person, once, for two minutes; only approve makes one."""

import base64
import hmac

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import json, structs

from functions.approve import grants as making
from switchboard.errors import AppError
from switchboard.frame import approval
from switchboard.frame.package import Tool
from switchboard.ledger.questions import Question
from tests.kit import build, kms, roles
from tests.kit.clock import START
from tests.kit.stories import record
from tests.unit.test_tool_frame import answer_of

ARGUMENTS = {"text": "all"}
STACK = "switchboard-test"


@pytest.fixture
def granted(flow):
    """The call that a yes makes of a question about burning all notes, in the ledger."""

    def make(number=1, approver="ada", **changes):
        asked = build.command("notes.burn", ARGUMENTS, role="admin", number=90 + number)
        manifest = approval.digest_of(Tool("desk", "tests.desk.adapter:DeskAdapter"))
        shown = build.asked_call(asked, manifest=manifest)
        question = Question(id=asked.id, calls=(shown,), until=START + 900)
        yes = build.envelope(number=number, received_at=flow.clock())
        with flow._as("approve"):
            (command,) = making.granted(question, yes, approver, flow.clock())
        return changed(command, **changes)

    flow.pair("ada", role="admin")
    return make


def changed(command, arguments=None, method="", grant=None, **meta):
    """The same command, with another grant or something else that is not what was granted."""
    known = command.params.meta
    if grant is not None:
        meta["grant"] = grant(known.grant) if callable(grant) else grant
    params = structs.replace(
        command.params,
        arguments=arguments or command.params.arguments,
        meta=structs.replace(known, **meta),
    )
    return structs.replace(command, params=params, method=method or command.method)


def run(flow, command, number=1):
    record(command, changes=True, number=number)
    return flow.call(command)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims, key=None, **options):
    return jwt.encode(claims, key or kms.pair(), **{"algorithm": "ES256"} | options)


def test_a_granted_call_runs(flow, granted):
    assert run(flow, granted()) == "DONE"
    assert flow.vendor.done("notes.burn") == ["all"]


def test_the_grant_is_one_that_any_library_reads(granted):
    token = granted(approver="bob").params.meta.grant

    claims = jwt.decode(
        token,
        kms.pair().public_key(),
        algorithms=["ES256"],
        audience=f"{STACK}/tool/desk",
        issuer=f"{STACK}/approve",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["exp"] - claims["iat"] == 120
    assert (claims["sub"], claims["approver"], claims["operation"]) == ("ada", "bob", "notes.burn")


def test_every_form_of_a_signature_becomes_two_numbers(granted):
    """The numbers of a signature have a leading zero byte, or lack one, every few times."""
    for number in range(1, 60):
        token = granted(number).params.meta.grant
        assert len(base64.urlsafe_b64decode(token.rpartition(".")[2] + "==")) == 64
        jwt.decode(
            token,
            kms.pair().public_key(),
            algorithms=["ES256"],
            audience=f"{STACK}/tool/desk",
            options={"verify_exp": False, "verify_iat": False},
        )


def with_claims(**other):
    """The grant signed anew, as only approve could, with other claims; None takes one away."""

    def make(token):
        claims = claims_of(token) | other
        return signed({name: value for name, value in claims.items() if value is not None})

    return make


def hmac_with_public_key(token):
    """RS or ES confused with HS: the public key as the secret of an HMAC."""
    pem = kms.pair().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = base64.urlsafe_b64encode(json.encode({"alg": "HS256", "typ": "JWT"})).rstrip(b"=")
    said = head + b"." + token.split(".")[1].encode()
    mark = base64.urlsafe_b64encode(hmac.digest(pem, said, "sha256")).rstrip(b"=")
    return (said + b"." + mark).decode()


OTHERS = ec.generate_private_key(ec.SECP256R1())
FORGED = {
    "no JWT": "yes",
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "alg none": lambda token: jwt.encode(claims_of(token), None, algorithm="none"),
    "the public key as a secret": hmac_with_public_key,
    "RSA": lambda token: signed(
        claims_of(token), rsa.generate_private_key(65_537, 2048), algorithm="RS256"
    ),
    "another key": lambda token: signed(claims_of(token), OTHERS),
    "another key, by a path": lambda token: signed(
        claims_of(token), OTHERS, headers={"kid": "../../dev/null"}
    ),
    "another key, by an address": lambda token: signed(
        claims_of(token), OTHERS, headers={"jku": "https://evil.test/keys", "x5u": "https://evil"}
    ),
    "another key, by itself": lambda token: signed(
        claims_of(token),
        OTHERS,
        headers={"jwk": jwt.algorithms.ECAlgorithm.to_jwk(OTHERS.public_key(), as_dict=True)},
    ),
    "another tool": with_claims(aud=f"{STACK}/tool/calendar"),
    "another stack": with_claims(aud="other/tool/desk"),
    "another issuer": with_claims(iss=f"{STACK}/dispatch"),
    "another person": with_claims(sub="eve"),
    "another operation": with_claims(operation="notes.add"),
    "another call": with_claims(op_id=str(build.run_id(7))),
    "other arguments": with_claims(arguments="0" * 64),
    "another manifest": with_claims(manifest="0" * 64),
    "good for a year": with_claims(exp=int(START) + 31_536_000),
    "times that are none": with_claims(iat="0", exp="9999999999"),
    **{f"no {name}": with_claims(**{name: None}) for name in ("exp", "iat", "jti", "op_id", "sub")},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_grant_that_is_not_approves_own_for_this_call_opens_nothing(flow, granted, forged):
    command = granted(grant=FORGED[forged])

    assert run(flow, command) == "STOPPED"
    assert "not for this call as it is now" in answer_of(flow).error.message
    assert flow.vendor.effects == []


@pytest.mark.parametrize(
    "other",
    [
        {"arguments": {"text": "others"}},
        {"actor": "eve"},
        {"method": "letters.send"},
    ],
)
def test_whatever_is_changed_after_the_yes_runs_nothing(flow, granted, other):
    assert run(flow, granted(**other)) == "STOPPED"
    assert flow.vendor.effects == []


def test_a_grant_is_good_for_two_minutes(flow, granted):
    command = granted()
    flow.clock.advance(121)

    assert run(flow, command) == "STOPPED"
    assert "too long after the yes" in answer_of(flow).error.message
    assert flow.vendor.effects == []


def test_a_grant_is_used_for_one_call(flow, granted):
    """A hostile dispatch may write rows of runs as it likes, but none of grants."""
    command = granted()
    assert run(flow, command) == "DONE"
    for key in [key for key in flow.aws.table.rows if key[0].startswith(("run#", "audit#"))]:
        del flow.aws.table.rows[key]
    flow.vendor.forget()

    assert run(flow, command) == "STOPPED"
    assert flow.vendor.done("notes.burn") == ["all"]


def test_a_later_try_of_the_call_may_come_when_the_grant_has_expired(flow, granted):
    command = granted()
    flow.ports.fail("desk.notes.burn", ConnectionResetError())
    record(command, changes=True)
    with pytest.raises(AppError):
        flow.call(command)
    flow.clock.advance(200)

    assert flow.call(command) == "DONE"
    assert flow.vendor.done("notes.burn") == ["all"]


def test_dispatch_cannot_sign_nor_write_what_approvals_are_made_of():
    for role in ("Dispatch", "Ingest", "Deliver", "Sweep", "Console", "Fetch", "CalendarTool"):
        assert not roles.may(role, "kms:Sign", "${GrantKey.Arn}")
        assert not roles.may(role, "dynamodb:GetItem", "${Ledger.Arn}", "factor#x")
    for action in ("Put", "Update", "Delete"):
        for kind in ("question", "grant", "factor"):
            assert not roles.may("Dispatch", f"dynamodb:{action}Item", "${Ledger.Arn}", f"{kind}#x")
    assert roles.may("Approve", "kms:Sign", "${GrantKey.Arn}")
