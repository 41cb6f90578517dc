"""Passwords: hashed so that who reads the table learns none, and compared with all alike."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from switchboard.errors import BadRequestError

LEAST, MOST = 12, 200
"""Characters. NIST SP 800-63B asks for length, and for no kinds of characters."""
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB, as OWASP's Password Storage Cheat Sheet has it."""
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$/7GafBbuILqAPtRw33kAGg"
    "$5D/vR19FsLnrj+w9qCu2Cp0vvE243Lscx4gYiVdbyTA"
)
"""What is compared for who has none: it takes as long, and nothing is right."""


def hashed(password: str, person: str) -> str:
    """A hash with a salt of its own. Raises BadRequestError when the password will not do."""
    plain = _plain(password)
    if not LEAST <= len(plain) <= MOST:
        raise BadRequestError("length", say="password_length", least=LEAST, limit=MOST)
    if plain.casefold().strip() == person.casefold() or person.casefold() * 2 in plain.casefold():
        raise BadRequestError("the name", say="password_is_name")
    return _HASHER.hash(plain)


def is_right(kept: str, password: str) -> bool:
    """Whether it is the password of that hash; an empty hash has none, and takes as long."""
    try:
        _HASHER.verify(kept or _NOBODYS, _plain(password[:MOST]))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def _plain(password: str) -> str:
    """One way of writing it, whatever the keyboard (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
