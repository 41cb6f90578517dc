"""The channels, by name. A channel is one module that verifies, parses, renders and sends."""

from collections.abc import Mapping
from importlib import import_module

from switchboard.channels.base import Channel

CHANNELS = {
    "feishu": "switchboard.channels.feishu:Feishu",
    "github": "switchboard.channels.github:Github",
    "matrix": "switchboard.channels.matrix:Matrix",
    "slack": "switchboard.channels.slack:Slack",
    "telegram": "switchboard.channels.telegram:Telegram",
    "web": "switchboard.channels.web:Web",
    "webhook": "switchboard.channels.webhook:SignedWebhook",
}

PATHS = {"matrix": r"(?:_matrix/app/v1/(?:ping|transactions/[^/]+))?"}
"""What a platform may add to the address that it was given, as a pattern; the others nothing."""
WEBHOOK_BYTES = {"github": 2**20, "matrix": 5 * 2**20}
"""The largest webhook that is read, of platforms that send more than 256 KiB at once."""


def kind(name: str) -> type[Channel]:
    """The class of the channel `name`; only this one module is imported."""
    module, _, cls = CHANNELS[name].partition(":")
    found: type[Channel] = getattr(import_module(module), cls)
    return found


def inbound(name: str, account: str, values: Mapping[str, str]) -> Channel | None:
    """The channel as ingest needs it, or None when a secret that it needs is missing."""
    made = kind(name)
    return made(account, values) if _complete(values, made.inbound) else None


def outbound(name: str, account: str, values: Mapping[str, str]) -> Channel | None:
    """The channel as deliver needs it, or None when a secret that it needs is missing."""
    made = kind(name)
    return made(account, values) if _complete(values, made.outbound) else None


def _complete(values: Mapping[str, str], needed: tuple[str, ...]) -> bool:
    return all(values.get(name, "").strip() for name in needed)
