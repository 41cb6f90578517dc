"""The accounts that can send and download; each is made when the first answer for it comes."""

from switchboard.channels import registry
from switchboard.channels.base import Sender
from switchboard.credentials import parameters
from switchboard.runtime import current, kept


def one(parameter: str, name: str) -> Sender | None:
    """The account `channel/account`, or None when it, or a secret that it needs, is missing.

    It may have been connected since this process started, so a miss is looked up again.
    """
    found = made(parameter, name)
    if found is None:
        current().forget(parameters.parameter)
        current().forget(made)
        found = made(parameter, name)
    return found


@kept
def made(parameter: str, name: str) -> Sender | None:
    """The account as the parameter said when it was last read; no other channel is imported."""
    values = parameters.parameter(parameter).get(name)
    kind, _, account = name.partition("/")
    if values is None or not registry.known(kind):
        return None
    return registry.sender(kind, account, values)


def any_over_http(parameter: str) -> bool:
    """Whether an answer may have to go over HTTP: to all but accounts that need no secret to send

    and close no window, as the web's, whose page comes for its answers.
    """
    kinds = {name.partition("/")[0] for name in parameters.parameter(parameter)}
    sides = [registry.channel(kind).send for kind in kinds if registry.known(kind)]
    return any(one.values or one.limits.window for one in sides if one)
