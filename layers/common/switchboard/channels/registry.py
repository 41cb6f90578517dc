"""The channels, by name. A channel is one module that verifies, parses, renders and sends."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from msgspec import Struct

from switchboard.channels.base import Channel

CHANNELS = {
    "dingtalk": "switchboard.channels.dingtalk.channel:Dingtalk",
    "dingtalkevent": "switchboard.channels.dingtalkevent.channel:Dingtalkevent",
    "discord": "switchboard.channels.discord.channel:Discord",
    "feishu": "switchboard.channels.feishu.channel:Feishu",
    "github": "switchboard.channels.github.channel:Github",
    "googlechat": "switchboard.channels.googlechat.channel:GoogleChat",
    "line": "switchboard.channels.line.channel:Line",
    "matrix": "switchboard.channels.matrix.channel:Matrix",
    "mattermost": "switchboard.channels.mattermost.channel:Mattermost",
    "qq": "switchboard.channels.qq.channel:Qq",
    "rocketchat": "switchboard.channels.rocketchat.channel:RocketChat",
    "slack": "switchboard.channels.slack.channel:Slack",
    "teams": "switchboard.channels.teams.channel:Teams",
    "teamswebhook": "switchboard.channels.teamswebhook.channel:TeamsWebhook",
    "telegram": "switchboard.channels.telegram.channel:Telegram",
    "web": "switchboard.channels.web.channel:Web",
    "webhook": "switchboard.channels.webhook.channel:SignedWebhook",
    "wechat": "switchboard.channels.wechat.channel:Wechat",
    "wecom": "switchboard.channels.wecom.channel:Wecom",
    "wecombot": "switchboard.channels.wecombot.channel:Wecombot",
    "whatsapp": "switchboard.channels.whatsapp.channel:Whatsapp",
}

PATHS = {"matrix": r"(?:_matrix/app/v1/(?:ping|transactions/[^/]+))?"}
"""What a platform may add to the address that it was given, as a pattern; the others nothing."""
MAX_BYTES = 256 * 1024
WEBHOOK_BYTES = {"github": 2**20, "matrix": 5 * 2**20}
"""The largest webhook that is read, of platforms that send more than MAX_BYTES at once."""


class Source(Struct, frozen=True):
    """What a channel that tells of events can be asked for; its phrase is `place_<channel>`."""

    places: str
    """The places that it tells of, as a pattern."""
    topics: tuple[str, ...]


SOURCES = {"github": Source(r"[\w.-]{1,100}/[\w.-]{1,100}", ("issues", "reviews", "failures"))}
"""The channels that tell of events."""

GIVEN, CHOSEN, SEALING, PUBLIC = 1, 32, 43, 64
"""Characters that a secret has at least: one that the platform makes comes as it is, one that the
operator chooses must not be guessable, a key of AES is 43 of base64, one of Ed25519 64 of hex."""

NEEDS = {
    "dingtalk": {"app_secret": GIVEN, "corp_id": GIVEN, "robot_code": GIVEN},
    "dingtalkevent": {"token": GIVEN, "aes_key": SEALING, "owner_key": GIVEN},
    "discord": {"public_key": PUBLIC},
    "feishu": {"encrypt_key": GIVEN, "verification_token": GIVEN},
    "github": {"secret": CHOSEN},
    "googlechat": {"audience": GIVEN, "principal": GIVEN},
    "line": {"channel_secret": GIVEN},
    "matrix": {"hs_token": CHOSEN, "user_id": GIVEN},
    "mattermost": {"token": GIVEN, "bot_user_id": GIVEN},
    "qq": {"bot_secret": GIVEN},
    "rocketchat": {"token": GIVEN, "user_id": GIVEN},
    "slack": {"signing_secret": GIVEN},
    "teams": {"app_id": GIVEN, "tenant_id": GIVEN},
    "teamswebhook": {"security_token": GIVEN},
    "telegram": {"secret_token": CHOSEN},
    "web": {"session_secret": CHOSEN},
    "webhook": {"secret": CHOSEN},
    "wechat": {"app_id": GIVEN, "token": CHOSEN, "encoding_aes_key": SEALING},
    "wecom": {"corp_id": GIVEN, "token": GIVEN, "encoding_aes_key": SEALING},
    "wecombot": {"token": GIVEN, "encoding_aes_key": SEALING},
    "whatsapp": {"app_secret": GIVEN, "verify_token": CHOSEN},
}
"""What verifies each channel's webhooks: the names in the class's `inbound`, here as data, so that
ingest knows complete accounts at its start and imports a channel only when a request is for it."""


def kind(name: str) -> type[Channel]:
    """The class of the channel `name`; only this one module is imported."""
    module, _, cls = CHANNELS[name].partition(":")
    found: type[Channel] = getattr(import_module(module), cls)
    return found


def largest(name: str) -> int:
    """How many bytes of a webhook of the channel `name` are read."""
    return WEBHOOK_BYTES.get(name, MAX_BYTES)


def lacking(name: str, values: Mapping[str, str]) -> str:
    """The name of a secret that is missing, blank or too short to verify with; else nothing."""
    return next(all_lacking(name, values), "")


def all_lacking(name: str, values: Mapping[str, str]) -> Iterator[str]:
    """The names of all such secrets."""
    for key, least in NEEDS[name].items():
        current = values.get(key, "").strip()
        previous = values.get(f"{key}.previous", "").strip() or current
        if min(len(current), len(previous)) < least:
            yield key


def inbound(name: str, account: str, values: Mapping[str, str]) -> Channel | None:
    """The channel as ingest needs it, or None when it is lacking a secret."""
    return None if lacking(name, values) else kind(name)(account, values)


def outbound(name: str, account: str, values: Mapping[str, str]) -> Channel | None:
    """The channel as deliver needs it, or None when a secret that it needs is missing."""
    made = kind(name)
    complete = all(values.get(key, "").strip() for key in made.outbound)
    return made(account, values) if complete else None
