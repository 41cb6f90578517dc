"""What is said to others is not said to us, and of all names only ours is taken off."""

import json

import pytest

from tests.kit.channels import NOW, receiver, webhook
from tests.signers import dingtalk, discord, feishu, googlechat, qq, signer, slack, teams, wecombot

GROUP = {"id": -1, "type": "supergroup"}
US, OTHER = {"username": "The_Bot", "is_bot": True}, {"username": "ann"}
TELEGRAM, FEISHU = {"bot_username": "the_bot"}, {"bot_open_id": "ou_us"}
ANN = {"key": "@_user_2", "id": {"open_id": "ou_ann"}, "name": 'Ann "A" Li'}
BOT = {"key": "@_user_1", "id": {"open_id": "ou_us"}, "name": "Bot"}
PLAN = '/calendar events.create "1:1 with @_user_2" @_user_1'


def telegram(text, **fields):
    sender = {"id": 7, "is_bot": False}
    message = {"message_id": 5, "from": sender, "chat": GROUP, "text": text, **fields}
    return {"update_id": 1, "message": message}


def lark(text, *mentions, chat_type="group"):
    content = json.dumps({"text": text})
    return feishu.otherwise(content=content, mentions=[*mentions], chat_type=chat_type)


def ding(*runs, others=(), **fields):
    at = [{"dingtalkId": one} for one in ("$:LWCP_v1:$Cbot", *others)]
    content = {"richText": [{"text": one} for one in runs]}
    return {**dingtalk.FROM, "msgtype": "richText", "atUsers": at, "content": content, **fields}


def wecom(text):
    return {**wecombot.FROM, "msgtype": "text", "text": {"content": text}}


def mention(text, ours=("UB",), **event):
    known = [{"user_id": one, "is_bot": True} for one in ours]
    said = {"type": "app_mention", "user": "U1", "ts": "1.2", "channel": "C1", "text": text}
    callback = {"type": "event_callback", "team_id": "T1", "authorizations": known}
    return {**callback, "event": {**said, **event}}


def tencent(text, *mentions):
    said = {**qq.GROUP, "content": text, "mentions": [*mentions]}
    return qq.dispatched("GROUP_AT_MESSAGE_CREATE", said)


def google(text, argument, name="", **fields):
    command = {"type": "SLASH_COMMAND", "slashCommand": {"commandName": name}}
    found = googlechat.said("")
    found["message"] |= {"text": text, "argumentText": argument, **fields}
    found["message"] |= {"annotations": [command] if name else []}
    return found


def microsoft(text, *mentions, **fields):
    told = [
        {"type": "mention", "mentioned": {"id": one, "name": name}, "text": f"<at>{name}</at>"}
        for one, name in mentions
    ]
    return {**teams.said(""), "text": text, "entities": told, **fields}


OURS = (teams.BOT["id"], "Switchboard")
BOB = ("29:bob", "Bob")
COLON = {"name": "dan", "type": 3, "value": "hi <:party:123>"}
TOLD = {"name": "dan", "type": 3, "value": "<@7> <@&5> in <#3> <@9>"}
RESOLVED = {
    "users": {"7": {"id": "7", "username": "ann", "global_name": 'Ann "Li"'}},
    "members": {"7": {"nick": None, "roles": []}},
    "roles": {"5": {"id": "5", "name": "ops"}},
    "channels": {"3": {"id": "3", "name": "general", "type": 0}},
}
CASES = [
    *(("telegram", telegram(text), TELEGRAM, None) for text in ("good morning", "@ann /desk a")),
    *(("telegram", telegram(text), TELEGRAM, None) for text in ("/help@other", "@ann /help@the_b")),
    *(
        ("telegram", telegram(text), TELEGRAM, "/help")
        for text in ("/help@the_bot", "/help@The_Bot", "/help", "@The_BOT: /help", "/help @the_bot")
    ),
    ("telegram", telegram("hi @the_bot!"), TELEGRAM, "hi @the_bot!"),
    ("telegram", telegram("@the_bot @ann /stop"), TELEGRAM, "@ann /stop"),
    ("telegram", telegram("yes", reply_to_message={"from": US}), TELEGRAM, "yes"),
    ("telegram", telegram("yes", reply_to_message={"from": OTHER}), TELEGRAM, None),
    (
        "telegram",
        telegram(
            "yes",
            is_topic_message=True,
            message_thread_id=9,
            reply_to_message={"message_id": 9, "from": US},
        ),
        TELEGRAM,
        None,
    ),
    ("telegram", telegram("/stop", forward_origin={"type": "user"}), TELEGRAM, None),
    ("telegram", telegram("/stop", forward_date=1, chat={"id": 7}), TELEGRAM, "> /stop"),
    ("telegram", telegram("/stop", via_bot={"id": 1}, chat={"id": 7}), {}, "> /stop"),
    (
        "telegram",
        telegram("/stop", entities=[{"type": "blockquote", "offset": 0}], chat={"id": 7}),
        TELEGRAM,
        "> /stop",
    ),
    ("telegram", telegram("/help@other", chat={"id": 7}), TELEGRAM, None),
    ("telegram", telegram("hello", chat={"id": 7}), TELEGRAM, "hello"),
    ("feishu", lark("@_user_2 /stop", ANN), FEISHU, None),
    ("feishu", lark("@_all /stop", {"key": "@_all", "name": "all"}), FEISHU, None),
    ("feishu", lark("@_all /stop", {"key": "@_all", "name": "all"}), {}, None),
    ("feishu", lark("@_user_1 /stop", BOT), FEISHU, "/stop"),
    ("feishu", lark(PLAN, ANN, BOT), FEISHU, '/calendar events.create "1:1 with @Ann A Li"'),
    ("feishu", lark("@_user_1，/a 'of @_user_1'", BOT), FEISHU, "/a 'of @Bot'"),
    ("feishu", lark("@_user_2 /stop", ANN, BOT), FEISHU, "@Ann A Li /stop"),
    ("feishu", lark("@_user_1 tell @_user_2", BOT, ANN), {}, "tell @Ann A Li"),
    ("feishu", lark("@_user_2 /stop", ANN, chat_type="p2p"), FEISHU, "@Ann A Li /stop"),
    ("feishu", lark("@_user_1 /stop", {"key": "@_user_1", "id": "x"}), FEISHU, None),
    ("dingtalk", ding("@Switch Board", " /help"), {}, "/help"),
    ("dingtalk", ding("@Switchboard /help"), {}, "/help"),
    ("dingtalk", ding("@Ann", " /help", others=["ann"]), {}, "@Ann /help"),
    ("dingtalk", ding("@Switch Board /help"), {"bot_name": "Switch Board"}, "/help"),
    ("dingtalk", ding("@Ann", " /help"), {"bot_name": "Switch Board"}, "@Ann /help"),
    ("dingtalk", ding("/help", isInAtList=False), {}, None),
    ("dingtalk", ding("/help", isInAtList=False, conversationType="1"), {}, "/help"),
    ("wecombot", wecom("@Robot A\u2005/help"), {"bot_name": "Robot A"}, "/help"),
    ("wecombot", wecom("/help @Robot A"), {"bot_name": "Robot A"}, "/help"),
    ("wecombot", wecom("@Ann /help @Robot A"), {"bot_name": "Robot A"}, "@Ann /help"),
    ("slack", mention("<@UB> /help"), {}, "/help"),
    ("slack", mention("/help <@UB|switchboard>"), {}, "/help"),
    ("slack", mention("<@UANN> <@UB> /stop"), {}, "@UANN @UB /stop"),
    ("slack", mention("<@UB> tell <@UANN|ann> in <#C2|ops>"), {}, "tell @ann in #ops"),
    (
        "slack",
        mention("<@UB> <!here> <!subteam^S1|@all-of-us> <!date^1^{date}|now>"),
        {},
        "@here @all-of-us now",
    ),
    ("slack", mention("<@UX> /help", ours=()), {}, "/help"),
    ("slack", mention("<@UB> &gt; /stop"), {}, "> /stop"),
    ("slack", mention("call <tel:+4912|+49 12> or <sip:a@b|us>"), {}, "call +49 12 or sip:a@b"),
    ("slack", mention("<@UB> /help", subtype="thread_broadcast"), {}, "/help"),
    ("slack", mention("<@UB> /help", subtype="message_changed"), {}, None),
    ("slack", mention("<@UB> /help", subtype=["x"]), {}, None),
    (
        "slack",
        slack.form({**slack.HELP, "text": "desk notes.add <@U2|ann>\u00a0a"}),
        {},
        "/desk notes.add @ann\u00a0a",
    ),
    ("slack", slack.form({**slack.HELP, "text": " "}), {}, "/help"),
    ("slack", slack.form({"ssl_check": "1", "token": "x"}), {}, None),
    (
        "qq",
        tencent('<@!77> /x "a<faceType=1,faceId="1",ext="eyJ0ZXh0Ijoi56yRIn0=">"'),
        {},
        '/x "a[笑]"',
    ),
    ("qq", tencent(' <faceType=1,ext="!"> /help <emoji:4>'), {}, "/help"),
    ("qq", tencent("<@AA> /help", {"id": "AA", "is_you": True}), {}, "/help"),
    ("qq", tencent("<@AA> tell <@BB>", {"member_openid": "BB", "username": "B"}), {}, "tell @B"),
    ("qq", tencent("<@BB> /stop", {"id": "BB", "username": "B"}), {}, "@B /stop"),
    ("qq", tencent('/help <qqbot-at-user id="BB" />'), {}, "/help @BB"),
    (
        "googlechat",
        google("@Us /calendar events.list", " events.list", "/calendar"),
        {},
        "/calendar events.list",
    ),
    ("googlechat", google("@Us @Ann /stop", " @Ann /stop"), {}, "@Ann /stop"),
    ("googlechat", google("@Us /help", None), {}, "/help"),
    ("googlechat", google("@Us: /help", ": /help"), {}, "/help"),
    ("teams", microsoft("<p><at>X</at>, /help</p>"), {}, "/help"),
    ("teams", microsoft("<at>Bob</at> /stop", BOB), {}, None),
    (
        "teams",
        microsoft("<at>Bob</at> <at>Switchboard</at> /a", BOB, OURS),
        {},
        "@Bob @Switchboard /a",
    ),
    ("teams", microsoft("/tell <at>Bob</at>", BOB, conversation={}), {}, None),
    ("teams", microsoft("<at>X</at> &nbsp;/a &lt;b&gt; &amp; c"), {}, "/a <b> & c"),
    (
        "teams",
        microsoft("<p><at>Switchboard</at>&nbsp;/help</p><p>two<br/>&lt;p&gt;</p>", OURS),
        {},
        "/help\ntwo\n<p>",
    ),
    (
        "discord",
        discord.interaction({"id": "1", "name": "desk", "type": 1, "options": [COLON]}),
        {},
        "/desk hi :party:",
    ),
    (
        "discord",
        discord.interaction(
            {"id": "1", "name": "desk", "type": 1, "options": [TOLD], "resolved": RESOLVED}
        ),
        {},
        "/desk @Ann Li @ops in #general <@9>",
    ),
]


@pytest.mark.parametrize(("name", "found", "values", "text"), CASES, ids=lambda one: str(one)[:60])
def test_only_what_names_us_is_for_us_and_only_our_name_goes(name, found, values, text):
    event = signer(name).signed(found, now=NOW)
    received = receiver(name, **values).receive(webhook(event))

    assert [one.text for one in received.envelopes] == ([] if text is None else [text])
