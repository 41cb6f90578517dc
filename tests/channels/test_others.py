"""Only what a person writes, there and then, answers a question; and who else reads it is known."""

import json

import pytest

from switchboard import control
from switchboard.channels import registry
from tests import signers
from tests.kit.channels import NOW, received, receiver, webhook
from tests.signers import (
    dingtalk,
    dingtalkevent,
    discord,
    feishu,
    googlechat,
    line,
    matrix,
    mattermost,
    qq,
    rocketchat,
    slack,
    teams,
    teamswebhook,
    telegram,
    wecom,
    wecombot,
    whatsapp,
)

YES = "/approve K7Q2MX 123456"
SHARED = [{"is_share": True, "text": YES, "from_url": "https://example.slack.com/archives/C1/p1"}]
EDIT = {"rel_type": "m.replace", "event_id": "$event1"}
REPLY = {"m.in_reply_to": {"event_id": "$event1"}}


def tele(**fields):
    return telegram.said(1, 1, 1, **({"text": YES} | fields))


def ding(**fields):
    return {**dingtalk.FROM, "msgtype": "text", "text": {"content": "thanks"}, **fields}


def google(text="thanks", **fields):
    found = googlechat.said(text)
    return {**found, "message": {**found["message"], **fields}}


def asked_about(author):
    """Somebody chose our command in the menu of another's message."""
    found = json.loads(json.dumps(discord.OF_A_MESSAGE))
    found["resolved"]["messages"]["42"] |= {"content": YES, "author": author}
    return discord.interaction(found)


OTHERS = {
    "slack": {
        "edited": slack.otherwise(text=YES, edited={"user": "U1", "ts": "2.000100"}),
        "edited since": slack.otherwise(text="", subtype="message_changed", message={"text": YES}),
        "forwarded": slack.otherwise(text="thanks", attachments=SHARED),
        "quoted": slack.otherwise(text=f"&gt; {YES}\nthanks"),
        "a bot's": slack.otherwise(text=YES, bot_id="B1"),
        "a bot's, of old": slack.otherwise(text=YES, subtype="bot_message"),
    },
    "feishu": {
        "forwarded": feishu.said("merge_forward", {"content": YES}, 1, 1, 1),
        "shared": feishu.said("share_chat", {"chat_id": YES}, 1, 1, 1),
        "a bot's": feishu.otherwise({"sender_type": "app"}, content=json.dumps({"text": YES})),
    },
    "telegram": {
        "edited": {"update_id": 1, "edited_message": tele()["message"]},
        "forwarded": tele(forward_origin={"type": "user"}),
        "forwarded, of old": tele(forward_date=1),
        "quoted": tele(entities=[{"type": "blockquote", "offset": 0, "length": len(YES)}]),
        "replied to": tele(text="thanks", reply_to_message=tele()["message"], quote={"text": YES}),
        "through a bot": tele(via_bot={"id": 9, "is_bot": True}),
        "a bot's": tele(**{"from": {"id": 9, "is_bot": True}}),
    },
    "dingtalk": {
        "forwarded": ding(msgtype="chatRecord", content={"chatRecord": YES}),
        "quoted": ding(
            text={"content": "thanks", "isReplyMsg": True, "repliedMsg": {"content": {"text": YES}}}
        ),
        "our own": ding(text={"content": YES}, senderId=dingtalk.FROM["chatbotUserId"]),
    },
    "dingtalkevent": {
        "a remark of who decides": {**dingtalkevent.COMMENT, "type": "finish", "remark": YES},
    },
    "discord": {
        "somebody else's": asked_about({"id": "7", "username": "eve"}),
        "a bot's": {**discord.interaction(discord.COMMAND), "member": discord.BOT},
        "what a bot said": asked_about({"id": "9", "username": "us", "bot": True}),
    },
    "googlechat": {
        "quoted": google(quotedMessageMetadata={"quotedMessageSnapshot": {"text": YES}}),
        "edited": google(YES) | {"type": "MESSAGE_UPDATED"},
        "a bot's": google(YES, sender={"name": "users/9", "type": "BOT"}),
    },
    "line": {
        "quoted": line.of({**line.TEXT, "text": "@bot thanks", "quotedMessageId": "4"}),
        "taken back": line.of({**line.TEXT, "text": YES}, type="unsend"),
        "edited": line.of({**line.TEXT, "text": YES}, type="messageEdited"),
    },
    "matrix": {
        "edited": {"events": [matrix.event(f"* {YES}", **{"m.relates_to": EDIT})]},
        "edited, newly": {
            "events": [matrix.event(YES, **{"m.relates_to": EDIT, "m.new_content": {"body": YES}})]
        },
        "quoted": {"events": [matrix.event(f"> {YES}\n\nthanks", **{"m.relates_to": REPLY})]},
        "a bot's": {"events": [matrix.event(YES, msgtype="m.notice")]},
        "our own": {"events": [matrix.event(YES) | {"sender": matrix.VALUES["user_id"]}]},
    },
    "mattermost": {
        "our own": {**mattermost.said(YES), "user_id": mattermost.VALUES["bot_user_id"]},
        "quoted": mattermost.said(f"> {YES}"),
    },
    "qq": {
        "a bot's": qq.dispatched(
            "GROUP_AT_MESSAGE_CREATE",
            {**qq.GROUP, "content": YES, "author": {**qq.GROUP["author"], "bot": True}},
        ),
        "quoted": qq.dispatched(
            "C2C_MESSAGE_CREATE",
            {**qq.PERSON, "content": "thanks", "msg_elements": [{"content": YES}]},
        ),
    },
    "rocketchat": {
        "edited": {**rocketchat.said(YES), "isEdited": True},
        "quoted": rocketchat.said("[ ](https://example.com/x?msg=1) thanks")
        | {"message": {"msg": "thanks", "attachments": [{"text": YES}]}},
        "a bot's": {**rocketchat.said(YES), "bot": {"i": "integration"}},
        "our own": {**rocketchat.said(YES), "user_id": rocketchat.VALUES["user_id"]},
    },
    "teams": {
        "edited": {**teams.said(YES), "type": "messageUpdate"},
        "quoted": teams.said(f"<blockquote>Eve {YES}</blockquote> thanks"),
        "a bot's": {**teams.said(YES), "from": {"id": "28:bot", "aadObjectId": "x"}},
    },
    "teamswebhook": {
        "edited": {**teamswebhook.said(YES), "type": "messageUpdate"},
        "a bot's": {**teamswebhook.said(YES), "from": {"id": "28:bot", "aadObjectId": "x"}},
    },
    "wecom": {"a link": {**wecom.EVENTS[0], "MsgType": "link", "Title": YES, "Content": YES}},
    "wecombot": {
        "quoted": {
            **wecombot.FROM,
            "msgtype": "text",
            "text": {"content": "@RobotA thanks"},
            "quote": {"msgtype": "text", "text": {"content": YES}},
        },
    },
    "whatsapp": {
        kind: whatsapp.of({**whatsapp.TEXT, "text": {"body": YES}, "context": {kind: True}})
        for kind in ("forwarded", "frequently_forwarded")
    },
}
"""By channel, the words of somebody or something else, as its platform tells that they are."""
SILENT = {"github", "web", "webhook", "wechat"}
"""What says nothing of the kind: events, our own page, another system, and chats of one person."""
SAID = sorted({(name, kind) for name, kinds in OTHERS.items() for kind in kinds})


def test_every_channel_is_here():
    assert OTHERS.keys() | SILENT == set(registry.names())


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_a_person_writes_is_an_answer(name):
    event = signers.signer(name).message(YES, number=1, now=NOW)
    (said,) = receiver(name).receive(webhook(event)).envelopes

    assert control.is_guarded(said.text)


@pytest.mark.parametrize(("name", "kind"), SAID)
def test_what_somebody_else_wrote_or_what_was_changed_is_no_answer(name, kind):
    said = received(name, OTHERS[name][kind]).envelopes

    assert not [one.text for one in said if control.is_guarded(one.text)]


def test_only_another_system_is_no_person():
    told = {name for name in registry.names() if not registry.channel(name).receive.people}

    assert told == {"webhook"}


US, ADA = mattermost.VALUES["bot_user_id"], mattermost.SENDER(1)
BOT, BOB = rocketchat.VALUES["user_id"], rocketchat.SENDER(1)


def space(**told):
    found = googlechat.said("/help")
    return {**found, "space": {**found["space"], **told}}


@pytest.mark.parametrize(
    ("name", "found", "chat"),
    [
        ("googlechat", space(type="DM"), "direct"),
        ("googlechat", space(singleUserBotDm=True), "direct"),
        ("googlechat", space(spaceType="DIRECT_MESSAGE"), "group"),  # perhaps of two people
        ("googlechat", googlechat.in_add_on(space(singleUserBotDm=True)), "direct"),
        ("googlechat", space(), "group"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{US}__{ADA}"}, "direct"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{ADA}__{US}"}, "direct"),
        ("mattermost", mattermost.command("help") | {"channel_name": f"{ADA}__x"}, "group"),
        ("mattermost", mattermost.said("/help"), "group"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOT + BOB}, "direct"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOB + BOT}, "direct"),
        ("rocketchat", rocketchat.said("/help") | {"channel_id": BOB + "x"}, "group"),
        ("rocketchat", rocketchat.said("/help"), "group"),
        ("matrix", {"events": [matrix.event("/help")]}, "group"),
        ("dingtalkevent", dingtalkevent.EVENTS[0], "group"),
        ("teamswebhook", teamswebhook.said("/help"), "group"),
    ],
)
def test_a_chat_is_direct_where_its_platform_says_that_nobody_else_reads_it(name, found, chat):
    (said,) = received(name, found).envelopes

    assert said.chat == chat
