"""What is said of errors, of calls and with answers, in English and Chinese."""

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
    "working": ("Working on it; the answer follows.", "正在处理，结果随后发送。"),
    "done": ("Done.", "已完成。"),
    "unknown_outcome": (
        (
            "This may have happened; I have not repeated it: `{tool} {operation}`. "
            "`/check {ref}` looks for it, `/repeat {ref}` does it again."
        ),
        (
            "此操作可能已经执行；我没有重复执行：`{tool} {operation}`。"
            "`/check {ref}` 进行核对，`/repeat {ref}` 重新执行。"
        ),
    ),
    "button_check": ("Check", "核对"),
    "button_repeat": ("Repeat", "重新执行"),
    "too_old": (
        (
            "I have not run `{tool} {operation}`: too much time has passed since you asked. "
            "`/repeat {ref}` runs it now."
        ),
        "我没有执行 `{tool} {operation}`：距你提出已过去太久。`/repeat {ref}` 立即执行。",
    ),
    "stopped": (
        (
            "Stopped before it ran: `{tool} {operation}`. Nothing was done. "
            "After `/resume`, `/repeat {ref}` runs it."
        ),
        (
            "执行前已停止：`{tool} {operation}`。未执行任何操作。"
            "`/resume` 之后可用 `/repeat {ref}` 执行。"
        ),
    ),
    "unpaired": (
        "Not run: `{tool} {operation}`. You are not paired with this workspace any more.",
        "未执行：`{tool} {operation}`。你已不再与此工作区配对。",
    ),
    "did_happen": (
        "I looked for `{tool} {operation}` ({ref}): it did happen.\n\n{answer}",
        "我核对了 `{tool} {operation}`（{ref}）：已经执行。\n\n{answer}",
    ),
    "did_not_happen": (
        (
            "I looked for `{tool} {operation}` ({ref}): there is no trace of it. "
            "`/repeat {ref}` does it."
        ),
        "我核对了 `{tool} {operation}`（{ref}）：没有执行的痕迹。`/repeat {ref}` 重新执行。",
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
    "attachment_refused": (
        "The file {name} is of a kind that is not accepted here.",
        "此处不接受文件 {name} 的类型。",
    ),
    "attachment_unreachable": (
        "The file {name} could not be fetched from this chat; send it again in a while.",
        "无法从此会话获取文件 {name}，请稍后重新发送。",
    ),
    # delivery
    "files": ("Files (links work for {hours} h):", "文件（链接 {hours} 小时内有效）："),
    "again": ("(sent again)", "（重发）"),
    "earlier": ("(an earlier answer)", "（较早的答复）"),
    "whole": (
        "The answer is longer than this chat takes. All of it (the link works for {hours} h):",
        "答复超出此会话的长度限制。完整内容（链接 {hours} 小时内有效）：",
    ),
    "whole_in_file": (
        "The answer is longer than this chat takes; all of it is in the file.",
        "答复超出此会话的长度限制，完整内容见文件。",
    ),
}
