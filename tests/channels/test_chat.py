"""Whether others read a chat, as each platform tells it; where it does not, they may."""

import pytest

from switchboard.channels import registry
from tests.kit.channels import envelope
from tests.signers import dingtalk, discord, feishu, line, qq, signer, slack, teams, wecombot

ALONE = {**line.event(line.TEXT, line.PERSON, number=1, now=1_760_000_000.0)}
COMMAND = discord.interaction(discord.COMMAND)
MENTION = {"type": "app_mention", "channel": "C1", "channel_type": "channel"}
TEAMS = teams.said("/help")
PERSONAL = {**TEAMS, "conversation": {**TEAMS["conversation"], "conversationType": "personal"}}
DIRECT = {"member": None, "guild_id": "", "user": COMMAND["member"]["user"]}


def telegram(**chat):
    sender = {"id": 7, "is_bot": False}
    message = {"message_id": 5, "from": sender, "chat": {"id": 7, **chat}, "text": "/help"}
    return {"update_id": 1, "message": message}


@pytest.mark.parametrize(
    ("channel", "found", "chat"),
    [
        ("dingtalk", dingtalk.EVENTS[0], "group"),
        ("dingtalk", {**dingtalk.EVENTS[0], "conversationType": "1"}, "direct"),
        ("dingtalk", {**dingtalk.EVENTS[0], "conversationType": ""}, "group"),
        ("discord", COMMAND, "group"),
        ("discord", {**COMMAND, **DIRECT, "context": 1}, "direct"),
        ("discord", {**COMMAND, **DIRECT, "context": 2}, "group"),
        ("discord", {**COMMAND, **DIRECT}, "group"),
        ("feishu", feishu.said("text", {"text": "/help"}, 1, 1, 1), "direct"),
        ("feishu", feishu.otherwise(), "group"),
        ("feishu", feishu.press("/help"), "group"),
        ("line", line.callback(ALONE), "direct"),
        ("line", line.of(), "group"),
        ("qq", qq.EVENTS[0], "group"),
        ("qq", qq.EVENTS[1], "direct"),
        ("slack", slack.said("/help", 1, 1, 1), "direct"),
        ("slack", slack.otherwise(**MENTION), "group"),
        ("teams", TEAMS, "group"),
        ("teams", PERSONAL, "direct"),
        ("telegram", telegram(type="private"), "direct"),
        ("telegram", telegram(type="supergroup"), "group"),
        ("wecombot", wecombot.EVENTS[0], "group"),
        ("wecombot", wecombot.EVENTS[1], "direct"),
        *((name, ..., "direct") for name in ("wechat", "wecom", "web", "whatsapp")),
        *((name, ..., "group") for name in ("googlechat", "matrix", "mattermost")),
        *((name, ..., "group") for name in ("rocketchat", "teamswebhook", "webhook")),
        *((name, ..., "group") for name in ("dingtalkevent", "github")),
    ],
)
def test_who_else_reads_it_is_said_by_the_platform(channel, found, chat):
    assert envelope(channel, signer(channel).EVENTS[0] if found is ... else found).chat == chat


def test_what_is_tried_are_channels_that_there_are():
    (mark,) = test_who_else_reads_it_is_said_by_the_platform.pytestmark

    assert {row[0] for row in mark.args[1]} <= set(registry._compiled())
