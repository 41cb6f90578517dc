"""Names that operators type: accounts, senders, tools, time zones. Wrong ones are refused."""

from pathlib import Path
from zoneinfo import ZoneInfo

from cli.problems import CommandError
from switchboard.channels import description
from switchboard.sdk import manifest
from switchboard.sdk.manifest import Manifest

TOOLS = Path(__file__).parents[1] / "functions/tools"


def account_of(what: str) -> tuple[str, str]:
    """Channel and account of `channel/account`, or of the channel's account `main`.

    Raises CommandError when there is no such channel.
    """
    channel, _, account = what.partition("/")
    if channel not in description.names():
        raise CommandError(
            f"there is no channel {channel}; there are: {', '.join(description.names())}"
        )
    return channel, account or "main"


def sender_of(what: str) -> tuple[str, str, str]:
    """Channel, account and id of `channel/account/id`. Raises CommandError."""
    channel, _, rest = what.partition("/")
    account, _, identity = rest.partition("/")
    if not identity:
        raise CommandError("write the sender as channel/account/id, for example slack/main/T1:U1")
    return (*account_of(f"{channel}/{account}"), identity)


def tools() -> list[str]:
    """The tools that have a folder."""
    return sorted(path.parent.name for path in TOOLS.glob("*/tool.yaml"))


def tool(name: str) -> Manifest:
    """The manifest of a tool. Raises CommandError when there is none of this name."""
    if name not in tools():
        raise CommandError(
            f"there is no tool {name}; there are: {', '.join(tools())}. "
            "A channel's account is written channel/account, as slack/main"
        )
    return manifest.load(TOOLS / name)


def timezone(name: str) -> str:
    """The name of a time zone, as it came. Raises CommandError."""
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):
        raise CommandError(
            f"there is no time zone {name}: give an IANA name, as Europe/Berlin"
        ) from None
