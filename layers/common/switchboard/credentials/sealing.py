"""What only some may read, sealed with the stack's KMS key; nothing else seals or opens.

The encryption context is part of what is sealed: a row that is copied to another person, or into
another stack, cannot be opened there.
"""

import base64

from switchboard.cloud import aws
from switchboard.errors import UnreadableError
from switchboard.settings import Settings, StackSettings

FOREIGN = {"InvalidCiphertextException", "IncorrectKeyException"}
"""What KMS says of what was sealed with another context or key, or not at all."""


class SealingSettings(Settings, frozen=True):
    kms_arn: str
    """The stack's key, by its ARN or id."""


def seal(plain: bytes, *, purpose: str, person: str) -> str:
    """The text that `unseal` opens for the same purpose and person."""
    payload = {"Plaintext": base64.b64encode(plain).decode()} | _sealed_for(purpose, person)
    return str(aws.call("kms", "Encrypt", payload)["CiphertextBlob"])


def unseal(sealed: str, *, purpose: str, person: str) -> bytes:
    """What was sealed. Raises UnreadableError when it was not sealed so."""
    payload = {"CiphertextBlob": sealed} | _sealed_for(purpose, person)
    try:
        return base64.b64decode(aws.call("kms", "Decrypt", payload)["Plaintext"])
    except aws.AwsError as error:
        if error.code not in FOREIGN:
            raise
        raise UnreadableError(f"{purpose}: sealed for somebody else, or broken") from None


def _sealed_for(purpose: str, person: str) -> dict[str, object]:
    context = {"purpose": purpose, "person": person, "stack": StackSettings.load().stack}
    return {"KeyId": SealingSettings.load().kms_arn, "EncryptionContext": context}
