"""Everything Switchboard itself says, in both languages; tools keep theirs in `tool.yaml`."""

from switchboard.errors import AppError
from switchboard.models import Locale

PHRASES: dict[str, tuple[str, str]] = {
    # errors, by code
    "internal": (
        "Something went wrong on our side. It has been recorded.",
        "我们这边出了点问题，已记录在案。",
    ),
    "rejected": ("That cannot be done as asked.", "无法按此要求执行。"),
    "bad_signature": (
        "The webhook was not signed by the channel it claims to come from.",
        "该 webhook 的签名与其渠道不符。",
    ),
    "not_allowed": ("You may not do that.", "你没有执行此操作的权限。"),
    "bad_request": ("The request is not understood.", "无法理解该请求。"),
    "closed_window": (
        "This chat takes no answer before your next message.",
        "在你发送下一条消息之前，此会话无法接收回复。",
    ),
    "unavailable": (
        "{tool} did not answer as it should. Nothing was repeated; try again in a while.",
        "{tool} 没有正常响应。未重复执行，请稍后再试。",
    ),
    "rate_limited": (
        "{tool} asks us to slow down. Try again in a minute.",
        "{tool} 要求降低频率，请一分钟后再试。",
    ),
    # calls
    "unknown_outcome": (
        "This may have happened; I have not repeated it. Please check `{tool} {operation}`.",
        "此操作可能已经执行；我没有重复执行。请核对 `{tool} {operation}`。",
    ),
    "bad_arguments": ("These arguments do not fit:\n{problems}", "以下参数有误：\n{problems}"),
    "needs_approval": (
        "`{tool} {operation}` needs an approval, which cannot be given here yet. Nothing was done.",
        "`{tool} {operation}` 属于破坏性操作，需要批准，而此处尚不能批准。未执行任何操作。",
    ),
    "too_big": (
        "The file {name} is too big: at most {limit} MB can be read.",
        "文件 {name} 过大：最多可读取 {limit} MB。",
    ),
    "attachment_gone": (
        "The file {name} is not there any more; attach it again.",
        "文件 {name} 已不存在，请重新添加附件。",
    ),
    # planning
    "unknown_sender": (
        "I do not know you yet. Ask the operator to pair you: your id here is `{sender}`.",
        "我还不认识你。请让管理员为你配对：你在此处的 id 是 `{sender}`。",
    ),
    "not_a_command": (
        "Write a command, such as `/help`.",
        "请输入命令，例如 `/help`。",
    ),
    "unknown_tool": (
        "There is no tool called `{name}`.{near} `/help` lists them all.",
        "没有名为 `{name}` 的工具。{near}输入 `/help` 查看全部。",
    ),
    "unknown_operation": (
        "`{tool}` has no operation `{name}`.{near} `/help {tool}` lists them all.",
        "`{tool}` 没有操作 `{name}`。{near}输入 `/help {tool}` 查看全部。",
    ),
    "which_operation": (
        "Which operation of `{tool}`?\n\n{listing}",
        "要执行 `{tool}` 的哪个操作？\n\n{listing}",
    ),
    "did_you_mean": (" Did you mean `{guess}`?", "你是想用 `{guess}` 吗？"),
    "missing_argument": ("`{name}` is missing: {summary}", "缺少 `{name}`：{summary}"),
    "unknown_argument": ("there is no argument `{name}`.{near}", "没有参数 `{name}`。{near}"),
    "extra_word": (
        "`{word}` is not understood; write arguments as name=value",
        "无法理解 `{word}`；参数请写成 名称=值",
    ),
    "open_quote": ("a quotation mark is not closed", "引号没有闭合"),
    "not_a_number": (
        "`{name}` must be a number, not `{value}`",
        "`{name}` 应为数字，而不是 `{value}`",
    ),
    "not_a_switch": (
        "`{name}` must be true or false, not `{value}`",
        "`{name}` 应为 true 或 false，而不是 `{value}`",
    ),
    "not_a_choice": (
        "`{name}` must be one of {choices}, not `{value}`.{near}",
        "`{name}` 应为 {choices} 之一，而不是 `{value}`。{near}",
    ),
    "given_twice": ("`{name}` is given twice", "`{name}` 给出了两次"),
    "usage": ("Usage: `{usage}`", "用法：`{usage}`"),
    "too_long": (
        "The message is too long: at most {limit} characters can be read.",
        "消息过长：最多可读取 {limit} 个字符。",
    ),
    "too_many_waiting": (
        "{limit} changes are already waiting in this conversation; wait for an answer first.",
        "此会话中已有 {limit} 个变更在等待；请先等待答复。",
    ),
    "unreadable": (
        "This room is encrypted: I cannot read it. Invite me to one that is not. (Said once.)",
        "此房间已加密，我无法读取。请邀请我加入未加密的房间。（仅提示一次）",
    ),
    # subscriptions
    "subscribe_usage": (
        "Write `{word} github owner/name`; you can add `issues`, `reviews`, `failures`.",
        "请输入 `{word} github 所有者/名称`；可再加 `issues`、`reviews`、`failures`。",
    ),
    "subscribed": (
        "In this chat I now tell you about {where}: {topics}.",
        "我会在此会话中通知你 {where} 的动态：{topics}。",
    ),
    "unsubscribed": (
        "In this chat I tell you nothing about {where} any more.",
        "我不会再在此会话中通知你 {where} 的动态。",
    ),
    "subscribers_full": (
        "{limit} chats are told about this repository already; that is the most.",
        "已有 {limit} 个会话订阅了此仓库，已达上限。",
    ),
    "subscribe_elsewhere": (
        "This chat takes nothing but answers to your messages; subscribe in another one.",
        "此会话只能接收对你消息的答复，无法主动通知。请在其他会话中订阅。",
    ),
    "topic_failures": ("failed workflows", "失败的工作流"),
    "topic_issues": ("new issues", "新议题"),
    "topic_reviews": ("requested reviews", "评审请求"),
    "event_failures": ("A workflow has failed: {what}", "工作流失败：{what}"),
    "event_issues": ("{who} opened an issue: {what}", "{who} 新建了议题：{what}"),
    "event_reviews": ("{who} asks for a review: {what}", "{who} 请求评审：{what}"),
    # help
    "help_head": ("These tools are connected:", "已接入的工具："),
    "help_tail": (
        "`/help github` shows one tool, `/help github issues.list` one operation.",
        "`/help github` 查看一个工具，`/help github issues.list` 查看一个操作。",
    ),
    "help_arguments": ("Arguments:", "参数："),
    "help_default": ("default {value}", "默认 {value}"),
    "help_required": ("required", "必填"),
    "help_example": ("For example: `{usage}`", "例如：`{usage}`"),
    "risk_read": ("reads", "只读"),
    "risk_write": ("changes something", "会修改"),
    "risk_destructive": ("destructive: needs an approval", "破坏性操作：需要批准"),
    # delivery
    "files": ("Files (links work for {hours} h):", "文件（链接 {hours} 小时内有效）："),
    "again": ("(sent again)", "（重发）"),
}


def say(name: str, locale: Locale, /, **values: object) -> str:
    """The phrase `name` in the reader's language, filled with `values`."""
    en, zh = PHRASES[name]
    return (zh if locale == "zh" else en).format(**values)


def public(error: AppError, locale: Locale, /, **values: object) -> str:
    """What a person may read of an error: its phrase, never its detail."""
    return say(error.say, locale, **{**values, **error.values})


def locale_of(text: str, preference: str = "") -> Locale:
    """The language to answer in: that of the words written, else the one the channel names."""
    if any("\u4e00" <= char <= "\u9fff" for char in text):
        return "zh"
    return "zh" if preference.lower().startswith("zh") else "en"
