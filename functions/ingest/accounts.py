"""The accounts whose webhooks are taken, their secrets never older than five minutes."""

import time

from switchboard.channels import registry
from switchboard.channels.base import Receiver
from switchboard.channels.kit import accounts
from switchboard.cloud import aws
from switchboard.credentials import parameters
from switchboard.errors import UnavailableError

FRESH_SECONDS = 300
"""How long a secret may be used after it was read: a rotated one is refused by then."""


class Accounts:
    """The complete accounts of the encrypted parameter, by `channel/account`.

    A channel is imported and made when the first request for its account comes. Never more of
    them are kept than there are accounts, whatever is asked for.
    """

    def __init__(self, parameter: str) -> None:
        self._parameter = parameter
        self._made: dict[str, Receiver] = {}
        self._values: dict[str, accounts.Values] = {}
        self._read()

    @property
    def names(self) -> set[str]:
        return set(self._values)

    def receiver(self, name: str) -> Receiver | None:
        """The account as its webhooks come in, with the secrets in memory: no AWS call."""
        made = self._made.get(name)
        if made is None and name in self._values:
            kind, _, account = name.partition("/")
            made = self._made[name] = registry.receiver(kind, account, self._values[name])
        return made

    def renewed(self, name: str, now: float) -> Receiver | None:
        """The account with secrets of the last five minutes; the same one if they are the same.

        May cost an AWS call, so it is only for a webhook that `receiver` has verified. Raises
        UnavailableError when the secrets cannot be read: old ones are not used for longer.
        """
        if now - self._read_at >= FRESH_SECONDS:
            try:
                self._read()
            except aws.AwsError as error:
                raise UnavailableError(error.detail) from error
        return self.receiver(name)

    def _read(self) -> None:
        found = accounts.read(parameters.read(self._parameter))
        for name in list(found):
            lacking = next(
                registry.channel(name.partition("/")[0]).receive.lacking(found[name]), ""
            )
            if lacking:
                accounts.refuse(name, f"{lacking} is missing or too short")
                del found[name]
        self._made = {
            name: made for name, made in self._made.items() if found.get(name) == self._values[name]
        }
        self._values = found
        self._read_at = time.time()
