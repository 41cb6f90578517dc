"""What is said to people who ask: planning, caps, control words, help; in English and Chinese."""

PHRASES: dict[str, tuple[str, str]] = {
    # planning
    "unknown_sender": (
        "I do not know you yet. Ask the operator to pair you: your id here is `{sender}`.",
        "我还不认识你。请让管理员为你配对：你在此处的 id 是 `{sender}`。",
    ),
    "not_a_command": (
        "Write a command, such as `/help`.",
        "请输入命令，例如 `/help`。",
    ),
    "file_alone": (
        "Write a command in the same message as the file; if that cannot be, use another chat.",
        "请把命令写在文件的同一条消息里；如果此会话做不到，请改用其他会话。",
    ),
    "answer_elsewhere": (
        "I am on it. The answer comes as a post of the workflow.",
        "已收到，处理结果将由工作流发布到频道。",
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
    "too_many_steps": (
        "That would take {steps} calls; one message may take {limit}.",
        "这需要 {steps} 次调用；一条消息最多 {limit} 次。",
    ),
    "over_cap": (
        "You have reached today's limit of {limit} ({what}). It is lifted at midnight, {zone}.",
        "你已达到今天的上限 {limit}（{what}）。将于 {zone} 时间零点解除。",
    ),
    "cap_messages": ("messages", "消息"),
    "cap_calls": ("calls", "调用"),
    "cap_tokens": ("tokens", "词元"),
    "cap_money": ("money", "费用"),
    "unreadable": (
        "This room is encrypted: I cannot read it. Invite me to one that is not. (Said once.)",
        "此房间已加密，我无法读取。请邀请我加入未加密的房间。（仅提示一次）",
    ),
    "lost_message": (
        (
            "I could not handle your message: something on our side fails at it. Nothing was done; "
            "the operator has been told."
        ),
        "我无法处理你的消息：我们这边出现了故障。未执行任何操作，已通知管理员。",
    ),
    # control words
    "stopped_here": (
        (
            "Stopped: no change of this conversation starts until `/resume`. "
            "What has begun already goes on; what only reads is still answered."
        ),
        "已停止：在 `/resume` 之前，此会话不会开始任何变更。已开始的会继续；只读操作仍会答复。",
    ),
    "stopped_all": (
        (
            "Stopped: no change of anybody's starts until `/resume all`. "
            "What has begun already goes on; what only reads is still answered."
        ),
        "已停止：在 `/resume all` 之前，任何人的变更都不会开始。已开始的会继续；只读操作仍会答复。",
    ),
    "resumed_here": (
        "Changes of this conversation start again. `/repeat` runs what was stopped.",
        "此会话的变更已恢复。被停止的操作可用 `/repeat` 执行。",
    ),
    "resumed_all": (
        "Everybody's changes start again; a conversation's own stop still stands.",
        "所有人的变更已恢复；单个会话的停止仍然有效。",
    ),
    "only_admins": (
        "Only an admin may stop or resume the whole workspace.",
        "只有管理员可以停止或恢复整个工作区。",
    ),
    "which_ref": (
        "Write which call is meant, as `/{word} K7Q2MX`: the code stands in the answer about it.",
        "请写明是哪个调用，例如 `/{word} K7Q2MX`：代码在相应的答复中。",
    ),
    "unknown_ref": (
        "No call of this conversation is known as `{name}`.",
        "此会话中没有代码为 `{name}` 的调用。",
    ),
    "already_repeated": (
        "That call has been repeated already; its answer is above or on its way.",
        "该调用已经重做过；答复在上文或即将到来。",
    ),
    "check_by_hand": (
        (
            "`{tool} {operation}` ({ref}) was asked for at {at} and begun {attempts} times:\n\n"
            "{arguments}\n\n"
            "I cannot ask {tool} whether it happened: please look there. If it did not, "
            "`/repeat {ref}` does it."
        ),
        (
            "`{tool} {operation}`（{ref}）于 {at} 提出，开始过 {attempts} 次：\n\n{arguments}\n\n"
            "我无法向 {tool} 查询是否已执行：请自行核对。若未执行，`/repeat {ref}` 重新执行。"
        ),
    ),
    "check_not_run": (
        (
            "`{tool} {operation}` ({ref}) was asked for at {at} and not run:\n\n{arguments}\n\n"
            "`/repeat {ref}` runs it."
        ),
        (
            "`{tool} {operation}`（{ref}）于 {at} 提出，未执行：\n\n{arguments}\n\n"
            "`/repeat {ref}` 执行。"
        ),
    ),
    "check_is_safe": (
        (
            "`{tool} {operation}` ({ref}) was asked for at {at} and begun {attempts} times:\n\n"
            "{arguments}\n\n"
            "`/repeat {ref}` is safe: {tool} knows the call by its key, so it cannot happen twice."
        ),
        (
            "`{tool} {operation}`（{ref}）于 {at} 提出，开始过 {attempts} 次：\n\n{arguments}\n\n"
            "`/repeat {ref}` 是安全的：{tool} 通过键值识别该调用，不会执行两次。"
        ),
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
        (
            "`/help github` shows one tool, `/help github issues.list` one operation. "
            "`/stop` keeps every change of this conversation from starting, `/resume` lifts that. "
            "`/subscribe github owner/name` tells this chat what happens there."
        ),
        (
            "`/help github` 查看一个工具，`/help github issues.list` 查看一个操作。"
            "`/stop` 停止此会话的所有变更，`/resume` 恢复。"
            "`/subscribe github 所有者/名称` 让此会话收到该仓库的动态。"
        ),
    ),
    "help_arguments": ("Arguments:", "参数："),
    "help_default": ("default {value}", "默认 {value}"),
    "help_required": ("required", "必填"),
    "help_example": ("For example: `{usage}`", "例如：`{usage}`"),
    "risk_read": ("reads", "只读"),
    "risk_write": ("changes something", "会修改"),
    "risk_destructive": ("destructive: needs an approval", "破坏性操作：需要批准"),
}
