"""`make docs`: docs/channels.md and docs/channels.zh.md, out of each channel's `channel.yaml`."""

from pathlib import Path

from msgspec import Struct

from switchboard.channels.description import Description, load, names
from switchboard.models import Locale
from switchboard.text import Text, in_


class Page(Struct, frozen=True):
    """One language's page and its own words."""

    path: Path
    locale: Locale
    head: str
    permissions: str
    between: str
    """What parts two permissions."""
    value: str
    where: str
    limits: str

    def say(self, text: Text) -> str:
        return in_(text, self.locale)


ENGLISH = Page(
    Path("docs/channels.md"),
    "en",
    """# Channels

Generated from the channels' `channel.yaml` by `make docs`; change those, not this page. ([中文](channels.zh.md))

For each channel: what an operator does at the vendor, the least permissions, and the values that Switchboard needs. `switchboard` is
`.venv/bin/switchboard`; `--stack` before the command names the stack.

* `switchboard channels url slack` prints the address to paste, https://HOST/webhook/slack/main.
* `switchboard connect slack/main …` stores all values of the account, encrypted. With `-` instead of values it reads them as a JSON object from
  its input, so that no shell remembers them.
* `switchboard channels check slack` looks at the values, sends an unsigned webhook, which must be refused, asks the vendor whether it takes our
  credentials, and says what to do; `switchboard channels list` shows what is connected.
* Another account of a channel has another name and path: `slack/second`. In `config/switchboard.yaml`, `channels` says the most that its senders
  may be.
* To rotate a secret, connect with the new value and the old one as `<name>.previous`, change it at the vendor, and connect again without the old one.
  Both hold in between; a few seconds after `connect` nothing else does.
* Whoever writes first is told their sender id, once a day; `switchboard pair slack/main/T123:U456 ada` lets them act.
""",
    permissions="Permissions:",
    between="; ",
    value="Value",
    where="Where it is",
    limits="Limits:",
)
CHINESE = Page(
    Path("docs/channels.zh.md"),
    "zh",
    """# 渠道

由 `make docs` 根据各渠道的 `channel.yaml` 生成；请修改那些文件，而非本页。（[English](channels.md)）

每个渠道列出：在厂商后台的操作、最少的权限，以及 Switchboard 需要的值。`switchboard` 指 `.venv/bin/switchboard`；命令前的 `--stack` 指定栈名。

* `switchboard channels url slack` 打印要粘贴的地址，即 https://HOST/webhook/slack/main。
* `switchboard connect slack/main …` 加密保存该账号的全部值。以 `-` 代替各值时，从标准输入读取 JSON 对象，避免留在 shell 历史中。
* `switchboard channels check slack` 检查各值，发送一个未签名的 webhook（必须被拒绝），向厂商确认凭证是否有效，并说明如何修复；
  `switchboard channels list` 列出已连接的账号。
* 同一渠道的另一个账号使用另一个名称与路径：`slack/second`。`config/switchboard.yaml` 的 `channels` 规定其发送者的最高角色。
* 轮换密钥：先以新值连接，并以 `<名称>.previous` 给出旧值；在厂商处更换后，再次连接且不带旧值。期间两者均有效；`connect` 完成数秒后，其他值一律失效。
* 首次发言者会被告知一次自己的发送者 id；`switchboard pair slack/main/T123:U456 ada` 让其可以操作。
""",
    permissions="权限：",
    between="；",
    value="值",
    where="获取位置",
    limits="限制：",
)
PAGES = (ENGLISH, CHINESE)


def text(page: Page) -> str:
    found = {name: load(name) for name in names()}
    index = " · ".join(f"[{page.say(one.title)}](#{name})" for name, one in found.items())
    return "\n".join([page.head, index, "", *(_channel(page, *one) for one in found.items())])


def _channel(page: Page, name: str, found: Description) -> str:
    guide = found.guide
    needed = {*found.receive.secrets, *found.outbound}
    given = " ".join(f"{value}=…" for value in guide.values if value in needed)
    lines = [
        f"## {name}",
        "",
        f"**{page.say(found.title)}** · `https://HOST/webhook/{name}/main`",
        "",
        f"*{page.permissions}* {page.between.join(map(page.say, guide.permissions))}",
        "",
        *(f"{number}. {page.say(step)}" for number, step in enumerate(guide.steps, 1)),
        "",
        f"| {page.value} | {page.where} |",
        "|---|---|",
        *(f"| `{value}` | {page.say(where)} |" for value, where in guide.values.items()),
        "",
        f"*{page.limits}* {page.say(guide.limits)}",
        "",
        "```console",
        f"$ switchboard connect {name}/main {given}",
        f"$ switchboard channels check {name}",
        "```",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    for page in PAGES:
        page.path.write_text(text(page), encoding="utf-8")
        print(f"wrote {page.path}")


if __name__ == "__main__":
    main()
