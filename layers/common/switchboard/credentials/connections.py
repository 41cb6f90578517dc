"""Which connection a call of a tool uses, and what of it the tool may see."""

import time
from importlib import import_module

from switchboard import config
from switchboard.credentials import parameters
from switchboard.errors import BadRequestError
from switchboard.sdk.adapter import Connection
from switchboard.sdk.manifest import Manifest
from switchboard.settings import Settings


class ToolSettings(Settings, frozen=True):
    tool_parameter: str
    """The encrypted parameter with this tool's secrets."""


def connection_of(tool: Manifest, person: str = "") -> Connection:
    """The person's own connection, or the workspace's for nobody, as the manifest declares it.

    Where they have one, the workspace's is not used instead, whatever becomes of theirs. All its
    secrets are theirs; a value that they left empty is the workspace's. Raises BadRequestError when
    there is none, and as `personal.values_of` does.
    """
    shared, theirs = _of_workspace(tool), _of(tool, person)
    values = {name: theirs.get(name) or shared.get(name, "") for name in tool.values}
    secrets = theirs if person else shared
    values |= {name: secrets.get(name, "") for name in tool.secrets}
    placed = "connection" not in tool.hosts or values.get("endpoint")
    if not placed or not (tool.anonymous or all(values[name] for name in tool.secrets)):
        say = "connect_yours" if tool.secrets else "not_connected"
        raise BadRequestError("no connection", say=say, tool=tool.name)
    return Connection(values, near=not theirs.get("endpoint"))


def _of_workspace(tool: Manifest) -> dict[str, str]:
    """The stack's encrypted parameter lies over the values of `config/switchboard.yaml`."""
    values = dict(config.load().tools.get(tool.name, {}))
    return values | parameters.parameter(ToolSettings.load().tool_parameter).get("connection", {})


def _of(tool: Manifest, person: str) -> dict[str, str]:
    if not person:
        return {}
    # Few calls have one, and what renews tokens speaks HTTP.
    personal = import_module("switchboard.credentials.personal")
    found: dict[str, str] | None = personal.values_of(tool, person, time.time())
    if found is None:
        raise BadRequestError("it is gone", say="connection_gone", tool=tool.name)
    return found
