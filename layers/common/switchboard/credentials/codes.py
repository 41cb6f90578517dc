"""One-time codes: those of an authenticator app (RFC 6238) and recovery codes.

A code is written in figures of ASCII, or as a recovery code is; whatever else comes is no code, and
is no try. What is wrong is one error, which does not say why. Nothing here is logged or kept.
"""

import base64
import hashlib
import hmac
import re
import secrets
from contextlib import suppress

import pyotp
from msgspec import MsgspecError, Struct, json

from switchboard.credentials import sealing
from switchboard.errors import BadRequestError, UnavailableError, UnreadableError
from switchboard.ledger import conditions, factors, table
from switchboard.ledger.factors import Factor, FactorState

STEP_SECONDS = 30
RECOVERY_CODES = 10
_APP = re.compile(r"[0-9]{6}")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, as refs have it: 12 of these are 60 bits."""
_RECOVERY = re.compile(r"([0-9A-Za-z]{4}[- ]?){2}[0-9A-Za-z]{4}")
_READ_AS = str.maketrans("ILOU", "110V", "- ")
_PURPOSE = "factor"
_UNSEALABLE = base64.b64encode(bytes(32)).decode()
_NOBODY = ""
"""Whose factor there never is: no person is called so."""
_TRIES = 30
"""Far more than codes can be tried before the factor is locked."""


class Secret(Struct, frozen=True):
    """What is sealed in a factor's row."""

    seed: str
    """20 bytes in base 32, as an authenticator app takes it."""
    pepper: bytes
    """What recovery codes are hashed with."""

    def __repr__(self) -> str:
        return "Secret()"


def check(person: str, code: str, now: float) -> table.Guard:
    """The guard of the transaction that the code is for: with it the code is used up.

    Raises BadRequestError that says what to do: it is no code, or not right (`wrong_code`, with
    the tries that are `left`), or no code is taken now. So does the guard when the code was used
    meanwhile. Raises UnavailableError, and counts no try, when the seed cannot be opened.
    """
    app = _is_app_code(code)
    factor, secret = _reserve(person, FactorState.ACTIVE, now)
    wrong = _wrong(factor, now)
    if app:
        if step := right_step(secret.seed, code, now, factor.last_step):
            return factors.step_guard(factor, step, wrong)
    elif (place := _place_of(hash_of(secret, code), factor.recovery)) is not None:
        return factors.recovery_guard(factor, place, wrong)
    raise wrong


def decline(now: float) -> None:
    """Take as long as `check` does once it has read a factor, and count for nobody.

    So who is refused before their code was looked at cannot tell that from a wrong code.
    """
    with suppress(UnreadableError):
        sealing.unseal(_UNSEALABLE, purpose=_PURPOSE, person=_NOBODY)
    nobody = Factor(
        person=_NOBODY,
        state=FactorState.ACTIVE,
        sealed=_UNSEALABLE,
        last_step=0,
        fails=0,
        locked_until=0.0,
        recovery=(),
        enrolled_at=0.0,
    )
    factors.reserve(nobody, now)


def is_code(text: str) -> bool:
    """Whether it may be a code of either kind, as people write one."""
    return bool(_APP.fullmatch(text) or _RECOVERY.fullmatch(text))


def enrol(person: str, now: float, *, proved: str = "") -> str:
    """Let the person have a new factor, PENDING, whose seed is returned.

    Raises BadRequestError when they have an ACTIVE one, unless that is what is sealed in `proved`:
    its code was used up just now.
    """
    secret = Secret(pyotp.random_base32(), secrets.token_bytes(32))
    sealed = sealing.seal(json.encode(secret), purpose=_PURPOSE, person=person)
    if not factors.begin(person, sealed, now, proved=proved):
        raise BadRequestError(
            f"{person} is enrolled already", say="enrolled_already", person=person
        )
    return secret.seed


def activate(person: str, code: str, now: float) -> list[str]:
    """Make the PENDING factor ACTIVE by its first right code; its recovery codes.

    They cannot be read again. Raises as `check` does.
    """
    recovery, guard = activation(person, code, now)
    if not conditions.holds(guard.item):
        raise guard.error()
    return recovery


def activation(person: str, code: str, now: float) -> tuple[list[str], table.Guard]:
    """As `activate`, by a guard of the transaction that does more."""
    if not _is_app_code(code):
        raise _no_code()
    factor, secret = _reserve(person, FactorState.PENDING, now)
    step = right_step(secret.seed, code, now, factor.last_step)
    recovery, hashes = _new_recovery_codes(secret)
    wrong = _wrong(factor, now)
    if not step:
        raise wrong
    return recovery, factors.activate_guard(factor, step, hashes, wrong)


def uri_of(seed: str, person: str, issuer: str) -> str:
    """What an authenticator app reads from a picture (Google Authenticator's "Key Uri Format")."""
    return pyotp.TOTP(seed).provisioning_uri(name=person, issuer_name=issuer)


def in_fours(seed: str) -> str:
    """The seed as people type it."""
    return " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))


def renew_recovery(person: str, now: float) -> list[str]:
    """New recovery codes instead of all that the person has; they cannot be read again.

    Raises BadRequestError when they have no ACTIVE factor.
    """
    factor = factors.ready(person, FactorState.ACTIVE, now)
    recovery, hashes = _new_recovery_codes(_opened(factor))
    if not factors.renew_recovery(factor, hashes):
        raise factors.none_of(person)
    return recovery


def hash_of(secret: Secret, recovery_code: str) -> str:
    """A recovery code as it is kept: who reads the table cannot guess it without the pepper."""
    plain = recovery_code.upper().translate(_READ_AS)
    return hmac.digest(secret.pepper, plain.encode(), hashlib.sha256).hex()


def _is_app_code(code: str) -> bool:
    """Whether it is an app's code, or else a recovery code. Raises BadRequestError."""
    if _APP.fullmatch(code):
        return True
    if _RECOVERY.fullmatch(code):
        return False
    raise _no_code()


def _no_code() -> BadRequestError:
    return BadRequestError("no code", say="no_code")


def _wrong(factor: Factor, now: float) -> BadRequestError:
    """What is said when the try that was reserved is wrong."""
    wrong = BadRequestError("wrong code", say="wrong_code", left=factor.left)
    return factors.refusal(factor, now) or wrong


def _reserve(person: str, state: FactorState, now: float) -> tuple[Factor, Secret]:
    """The factor, of which a try is counted, and its secret.

    The secret is opened first, so that no try is lost when it cannot be; nothing is compared yet.
    """
    for _ in range(_TRIES):
        found = factors.ready(person, state, now)
        secret = _opened(found)
        if reserved := factors.reserve(found, now):
            return reserved, secret
    raise UnavailableError("too many codes at once")


def _opened(factor: Factor) -> Secret:
    plain = sealing.unseal(factor.sealed, purpose=_PURPOSE, person=factor.person)
    try:
        return json.decode(plain, type=Secret)
    except MsgspecError:
        raise UnreadableError("factor: another release's secret") from None


def right_step(seed: str, code: str, now: float, last: int) -> int:
    """The latest step that the code is right for, if it is after the last; 0: none is.

    A step before and one after, for clocks that differ (RFC 6238, 5.2). Each takes its time.
    """
    app, here = pyotp.HOTP(seed), int(now // STEP_SECONDS)
    steps = range(max(here - 1, 0), here + 2)
    right = [step for step in steps if hmac.compare_digest(app.at(step), code)]
    return max((step for step in right if step > last), default=0)


def _place_of(given: str, hashes: tuple[str, ...]) -> int | None:
    right = [at for at, one in enumerate(hashes) if hmac.compare_digest(one, given)]
    return right[0] if right else None


def _new_recovery_codes(secret: Secret) -> tuple[list[str], list[str]]:
    """As `K7Q2-MX04-9TZB`, and their hashes."""
    recovery = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]
    return recovery, [hash_of(secret, one) for one in recovery]
