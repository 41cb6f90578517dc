"""Which connection a call of a tool uses, and what of it the tool may see."""

from switchboard import config
from switchboard.credentials import parameters
from switchboard.errors import BadRequestError
from switchboard.sdk.adapter import Connection
from switchboard.sdk.manifest import Manifest
from switchboard.settings import Settings


class ToolSettings(Settings, frozen=True):
    tool_parameter: str
    """The encrypted parameter with this tool's secrets."""


def connection_of(tool: Manifest) -> Connection:
    """The workspace's connection, reduced to what the manifest declares.

    The stack's encrypted parameter lies over the values of `config/switchboard.yaml`. People have
    no connections of their own yet; when they do, theirs come first, here.
    """
    values = dict(config.load().tools.get(tool.name, {}))
    values |= parameters.parameter(ToolSettings.load().tool_parameter).get("connection", {})
    if "connection" in tool.hosts and not values.get("endpoint"):
        raise BadRequestError("no endpoint", say="not_connected")
    return Connection({name: values.get(name, "") for name in (*tool.values, *tool.secrets)})
