"""The platform of every channel on this machine, and what it must know of a message."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from local.stack import Stack
from switchboard.channels import registry
from tests.doubles.dingtalk import DingtalkDouble
from tests.doubles.dingtalkevent import DingtalkeventDouble
from tests.doubles.discord import DiscordDouble
from tests.doubles.feishu import FeishuDouble
from tests.doubles.forms import File
from tests.doubles.googlechat import GoogleChatDouble
from tests.doubles.line import LineDouble
from tests.doubles.matrix import MatrixDouble
from tests.doubles.mattermost import MattermostDouble
from tests.doubles.qq import QqDouble
from tests.doubles.rocketchat import RocketChatDouble
from tests.doubles.server import Double
from tests.doubles.slack import SlackDouble
from tests.doubles.teams import TeamsDouble
from tests.doubles.teamswebhook import TeamsWebhookDouble
from tests.doubles.telegram import TelegramDouble
from tests.doubles.webhook import WebhookDouble
from tests.doubles.wechat import WechatDouble
from tests.doubles.wecom import WecomDouble
from tests.doubles.wecombot import WecombotDouble
from tests.doubles.whatsapp import WhatsappDouble
from tests.signers import signer

Values = Mapping[str, str]
Fields = dict[str, Any]

DOUBLES: dict[str, Callable[[Values], Double]] = {
    "dingtalk": lambda _: DingtalkDouble(),
    "dingtalkevent": lambda _: DingtalkeventDouble(),
    "discord": lambda _: DiscordDouble(),
    "feishu": lambda values: _feishu(values["app_id"], values["app_secret"]),
    "googlechat": lambda _: GoogleChatDouble(),
    "line": lambda values: LineDouble(values["channel_token"]),
    "matrix": lambda values: MatrixDouble(values["as_token"]),
    "mattermost": lambda _: MattermostDouble(),
    "qq": lambda values: QqDouble(values["app_id"], values["bot_secret"]),
    "rocketchat": lambda _: RocketChatDouble(),
    "slack": lambda values: SlackDouble(values["bot_token"]),
    "teams": lambda _: TeamsDouble(),
    "teamswebhook": lambda _: TeamsWebhookDouble(),
    "telegram": lambda values: TelegramDouble(values["bot_token"]),
    "webhook": lambda values: WebhookDouble(values["signing_secret"]),
    "wechat": lambda _: WechatDouble(),
    "wecom": lambda _: WecomDouble(),
    "wecombot": lambda _: WecombotDouble(),
    "whatsapp": lambda values: WhatsappDouble(values["access_token"]),
}

DOUBLES |= {
    name: signer(name).double for name in registry.names() if hasattr(signer(name), "double")
}

HEARD: dict[str, Callable[[Any, Fields], object]] = {
    "discord": lambda double, to: double.defer(to["token"]),
    "feishu": lambda double, to: double.write(to["chat"], to["message_id"]),
    "line": lambda double, to: double.write(to["to"]),
    "matrix": lambda double, to: double.write(to["room"], to["event"]),
    "qq": lambda double, to: double.write(to["chat"], to["message"]),
    "slack": lambda double, to: double.write(to["channel"], to["thread_ts"]),
    "telegram": lambda double, to: double.write(int(to["chat"]), int(to["message"])),
    "wechat": lambda double, to: double.write(to["user"]),
    "whatsapp": lambda double, to: double.write(to["to"]),
}
"""Somebody writes: what a double must know of a message that it will be sent an answer to."""

HOSTED: dict[str, Callable[[Any, int, File], object]] = {
    "dingtalk": lambda double, number, file: double.files.update({f"code-{number}": file}),
    "discord": lambda double, _, file: double.host(file.name, file.content),
    "feishu": lambda double, number, file: {
        "key": double.host("oc_1", file.content, f"om_{number}")[1]
    },
    "googlechat": lambda double, number, file: double.files.update(
        {f"spaces/AAAA1/attachments/{number}": (file.media_type, file.content)}
    ),
    "line": lambda double, number, file: double.host(str(number), file.content),
    "matrix": lambda double, _, file: {"media": double.keep(file.media_type, file.content)},
    "mattermost": lambda double, number, file: double.files.update(
        {f"file{number}": (file.name, file.media_type, file.content)}
    ),
    "qq": lambda double, _, file: double.host(file.name, file.content),
    "rocketchat": lambda double, number, file: double.files.update(
        {f"file{number}": (file.name, file.media_type, file.content)}
    ),
    "slack": lambda double, _, file: {"url": double.host(file.name, file.content)},
    "teams": lambda double, number, file: double.files.update(
        {f"/files/{number}/{file.name}": (file.media_type, file.content)}
    ),
    "telegram": lambda double, _, file: {"file_id": double.host(file.content)},
    "wechat": lambda double, number, file: double.media.update({f"media-{number}": file}),
    "wecom": lambda double, number, file: double.media.update({f"media-{number}": file}),
    "wecombot": lambda double, _, file: double.files.update({"/BHoPdA3": file.content}),
    "whatsapp": lambda double, _, file: double.host(file.name, file.media_type, file.content),
}
"""A file that comes with the message of this number; perhaps what its signer must be told of it."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One channel's; `double` is None where nothing is ever sent to it."""

    channel: str
    double: Any
    values: dict[str, str]

    @property
    def signer(self) -> Any:
        return signer(self.channel)

    def connect(self, stack: Stack) -> None:
        stack.connect(f"{self.channel}/main", self.values)
        stack.pair(f"{self.channel}/main/{self.signer.SENDER(1)}")

    def hear(self, conversation: str, reply_to: Values) -> None:
        """Somebody writes a message that can be answered with `reply_to`."""
        HEARD.get(self.channel, lambda *_: None)(self.double, {"chat": conversation, **reply_to})

    def host(self, number: int, file: File) -> Fields:
        """Somebody sends a file; what `file_message` must be told of it."""
        found = HOSTED[self.channel](self.double, number, file)
        return found if isinstance(found, dict) else {}

    def contents(self) -> Iterator[bytes]:
        """The files that the platform has."""
        for name in ("files", "media"):
            for file in getattr(self.double, name, {}).values():
                content = file.content if isinstance(file, File) else file
                yield content[-1] if isinstance(content, tuple) else content
        for one in getattr(self.double, "uploads", ()):  # QQ fetches them from a link
            with urlopen(one["url"], timeout=30) as answer:
                yield answer.read()


@contextmanager
def all_platforms(given: Mapping[str, tuple[Double, Values]]) -> Iterator[dict[str, Platform]]:
    """Those of all channels but the web, by channel; `given` are doubles that run already."""
    with ExitStack() as running:
        found = {}
        for name in sorted(set(registry.names()) - {"web"}):
            values = dict(signer(name).VALUES)
            if name in given:
                double, told = given[name]
                found[name] = Platform(name, double, {**values, **told})
            elif name in DOUBLES:
                found[name] = running.enter_context(platform(name))
            else:
                found[name] = Platform(name, None, values)
        yield found


@contextmanager
def platform(name: str) -> Iterator[Platform]:
    """That of one channel, where something is sent to one."""
    values = dict(signer(name).VALUES)
    with DOUBLES[name](values) as double:
        yield Platform(name, double, {**values, **_places(double)})


def _feishu(app_id: str, app_secret: str) -> FeishuDouble:
    made = FeishuDouble()
    made.app_id, made.app_secret = app_id, app_secret
    return made


def _places(double: Any) -> dict[str, str]:
    """Where the platform is to be reached."""
    push = {"push_url": double.push_url} if hasattr(double, "push_url") else {}
    return {"api": double.api, **push}
