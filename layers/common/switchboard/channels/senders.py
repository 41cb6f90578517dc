"""The accounts that can send and download, by `channel/account`; read once per environment."""

from functools import cache

from switchboard import channels, secret
from switchboard.channels.base import Channel


def one(parameter: str, name: str) -> Channel | None:
    """The account called `name`, or None when it, or a secret that it needs, is missing.

    An account may have been connected since this process started, so a miss is looked up again.
    """
    found = every(parameter).get(name)
    if found is None:
        secret.parameter.cache_clear()
        every.cache_clear()
        found = every(parameter).get(name)
    return found


@cache
def every(parameter: str) -> dict[str, Channel]:
    """All that have every secret they need."""
    found: dict[str, Channel] = {}
    for name, values in secret.parameter(parameter).items():
        kind, _, account = name.partition("/")
        channel = channels.outbound(kind, account, values) if kind in channels.CHANNELS else None
        if channel is not None:
            found[name] = channel
    return found
