// Every word the page says, in both languages, and how dates, times and sizes are written in them.

const words = {
  en: {
    skip: "Skip to the message box",
    conversation: "Conversation",
    composer: "Write a message",
    message: "Message",
    placeholder: "Message, or / for a command",
    keys: "Enter to send · Shift+Enter for a new line",
    suggestions: "Commands",
    suggested: "{n} commands to choose from",
    attachments: "Attached files",
    attach: "Attach files",
    send: "Send",
    drop: "Drop files to attach them",
    switchLanguage: "切换到中文",
    otherLanguage: "中文",
    toDark: "Switch to the dark theme",
    toLight: "Switch to the light theme",
    today: "Today",
    yesterday: "Yesterday",
    you: "You, {time}",
    answer: "Answer, {time}",
    failedAnswer: "Error, {time}",
    failed: "This did not work",
    working: "Working…",
    seconds: "{n} s",
    minutes: "{m} min {s} s",
    sending: "Sending…",
    sendingAgain: "Connection lost, trying again…",
    notSent: "Not sent.",
    retry: "Retry",
    copy: "Copy",
    copied: "Copied",
    copyByHand: "Press Ctrl+C",
    table: "Table",
    code: "Code",
    download: "Download {name}, {size}",
    remove: "Remove {name}",
    retryFile: "Upload {name} again",
    uploading: "Uploading {name}",
    uploadFirst: "A file is still uploading. Send again when it is done.",
    uploadBroken: "Remove the file that could not be uploaded, or try it again.",
    tooLarge: "Larger than 20 MB",
    empty: "Empty file",
    uploadFailed: "Upload failed",
    unanswered: "No answer came.",
    expired: "The answer is no longer kept.",
    edit: "Edit and send again",
    newest: "New answer",
    offline: "Offline, trying again…",
    signIn: "Sign in",
    signInBy: "Sign in by {provider}",
    signOut: "Sign out",
    password: "Password",
    signingIn: "Signing in…",
    signinFailed: "The name, the password or the code is wrong, or there were too many tries. Wait for the next code.",
    signinRefused: "Signing in does not work just now. Try again in a moment.",
    sessionTitle: "Sign in, or use a new link",
    noSession: "This page opens when you sign in, or with a personal link.",
    sessionOver: "Your session is over, or your link has expired or was replaced.",
    sessionHow: "Run {command} to print a link, or ask whoever operates this switchboard.",
    draftKept: "What you have written is kept.",
    lost: "The connection was lost.",
    status401: "Your session is over.",
    status403: "You may not do this.",
    status413: "This is too large.",
    status429: "Too many messages. Wait a moment.",
    status500: "The server had a problem.",
    statusOther: "The server refused it ({status}).",
    emptyTitle: "What shall we do?",
    emptyText: "Type a command or attach a file. To start, pick one of these:",
    exampleHelp: "See what is possible",
    exampleCalendar: "Put a lunch into the calendar",
    exampleDocument: "Turn a file into a PDF",
    exampleDocumentHint: "attach the file first",
    attachHint: "Now attach the file to convert.",
    lunch: "Team lunch",
    helpSummary: "Show what is possible",
    tools: "Tools",
    controlWords: "For the switchboard itself",
    allTools: "All tools",
    close: "Close",
    formPreview: "This is sent:",
    formEdit: "Edit in the message box",
    formNeeded: "required",
    formFiles: "Files of the message box go along.",
    formTime: "As 2026-12-01 15:00, or in words: tomorrow 3pm",
    formList: "Several, with commas between them",
    formDefault: "(default: {value})",
    yes: "Yes",
    no: "No",
    me: "You",
    name: "Name",
    role: "Role",
    timezone: "Time zone",
    ownAccounts: "Accounts of your own",
    nobody: "Not paired with anybody yet",
    role_guest: "Guest: may look things up",
    role_member: "Member: may look things up and change them",
    role_admin: "Admin: may do everything that members may, and more",
    waitingHere: "Changes in this conversation",
    nothingWaits: "Nothing waits, nothing runs.",
    goingOn: "These wait for their turn or run:",
    stoppedHere: "Stopped: no change of this conversation starts until you resume.",
    stoppedEverywhere: "Stopped for everybody: no change starts until an admin says /resume all.",
    callRuns: "running",
    callWaits: "waits for its turn",
    callStopped: "stopped before it began",
    moreWait: "And {n} more.",
    stop: "Stop",
    resume: "Resume",
    mayUse: "What you may use",
    mayNothing: "Nothing yet. Ask whoever operates this switchboard.",
    zone: "Times are those of {zone}; your browser is in {browser}.",
    zoneHow: "What to do",
    zoneMend: "Use {browser} from now on",
    code6: "Six digits of your authenticator",
    codeTitle: "Six digits, or a recovery code",
    codeGone: "Codes are not kept: write it with a new one.",
    cancel: "Cancel",
    tooMany: "More than 10 files",
    noFiles: "`/{tool}` takes no files. Remove them, or choose another command.",
  },
  zh: {
    skip: "跳到输入框",
    conversation: "对话",
    composer: "撰写消息",
    message: "消息",
    placeholder: "输入消息，或按 / 使用命令",
    keys: "回车发送 · Shift+回车换行",
    suggestions: "命令",
    suggested: "有 {n} 条命令可选",
    attachments: "已添加的文件",
    attach: "添加文件",
    send: "发送",
    drop: "松开即可添加文件",
    switchLanguage: "Switch to English",
    otherLanguage: "English",
    toDark: "切换到深色主题",
    toLight: "切换到浅色主题",
    today: "今天",
    yesterday: "昨天",
    you: "你，{time}",
    answer: "回复，{time}",
    failedAnswer: "错误，{time}",
    failed: "未能完成",
    working: "处理中…",
    seconds: "{n} 秒",
    minutes: "{m} 分 {s} 秒",
    sending: "发送中…",
    sendingAgain: "连接中断，正在重试…",
    notSent: "未发送。",
    retry: "重试",
    copy: "复制",
    copied: "已复制",
    copyByHand: "请按 Ctrl+C",
    table: "表格",
    code: "代码",
    download: "下载 {name}，{size}",
    remove: "移除 {name}",
    retryFile: "重新上传 {name}",
    uploading: "正在上传 {name}",
    uploadFirst: "文件仍在上传，完成后请再次发送。",
    uploadBroken: "请移除上传失败的文件，或重新上传。",
    tooLarge: "超过 20 MB",
    empty: "空文件",
    uploadFailed: "上传失败",
    unanswered: "没有收到回复。",
    expired: "该回复已不再保留。",
    edit: "修改后重新发送",
    newest: "有新回复",
    offline: "已断开，正在重连…",
    signIn: "登录",
    signInBy: "通过 {provider} 登录",
    signOut: "退出登录",
    password: "密码",
    signingIn: "正在登录…",
    signinFailed: "姓名、密码或验证码有误，或尝试次数过多。请等待下一个验证码。",
    signinRefused: "暂时无法登录，请稍后再试。",
    sessionTitle: "请登录，或使用新的链接",
    noSession: "登录后，或通过个人链接，即可打开此页面。",
    sessionOver: "会话已结束，或链接已过期或已被替换。",
    sessionHow: "运行 {command} 可获得链接，或联系本服务的管理员。",
    draftKept: "你已输入的内容会保留。",
    lost: "连接中断。",
    status401: "会话已结束。",
    status403: "你没有权限执行此操作。",
    status413: "内容过大。",
    status429: "消息过于频繁，请稍候。",
    status500: "服务器出现问题。",
    statusOther: "服务器拒绝了请求（{status}）。",
    emptyTitle: "需要做些什么？",
    emptyText: "输入命令，或添加文件。可以从这里开始：",
    exampleHelp: "看看能做什么",
    exampleCalendar: "把午餐加入日历",
    exampleDocument: "把文件转换为 PDF",
    exampleDocumentHint: "请先添加文件",
    attachHint: "现在请添加要转换的文件。",
    lunch: "团队午餐",
    helpSummary: "查看可用的命令",
    tools: "工具",
    controlWords: "对总机说的话",
    allTools: "全部工具",
    close: "关闭",
    formPreview: "将发送：",
    formEdit: "放入输入框编辑",
    formNeeded: "必填",
    formFiles: "输入框中的文件会一并发送。",
    formTime: "可写 2026-12-01 15:00，也可写“明天下午三点”",
    formList: "多项以逗号分隔",
    formDefault: "（默认：{value}）",
    yes: "是",
    no: "否",
    me: "你",
    name: "姓名",
    role: "角色",
    timezone: "时区",
    ownAccounts: "自己的账号",
    nobody: "尚未与任何人配对",
    role_guest: "访客：可查询",
    role_member: "成员：可查询和修改",
    role_admin: "管理员：拥有成员的全部权限及更多权限",
    waitingHere: "此对话中的修改",
    nothingWaits: "没有等待或正在进行的操作。",
    goingOn: "以下操作正在等待或进行：",
    stoppedHere: "已停止：恢复之前，此对话中的修改不会开始。",
    stoppedEverywhere: "已全部停止：管理员发送 /resume all 之前，任何修改都不会开始。",
    callRuns: "进行中",
    callWaits: "等待中",
    callStopped: "开始前已停止",
    moreWait: "另有 {n} 项。",
    stop: "停止",
    resume: "恢复",
    mayUse: "你可以使用",
    mayNothing: "暂无。请联系本服务的管理员。",
    zone: "时间以 {zone} 为准；你的浏览器位于 {browser}。",
    zoneHow: "如何更改",
    zoneMend: "今后使用 {browser}",
    code6: "验证器显示的六位数字",
    codeTitle: "六位数字，或一个恢复码",
    codeGone: "验证码不会保留：请用新的验证码重新发送。",
    cancel: "取消",
    tooMany: "超过 10 个文件",
    noFiles: "`/{tool}` 不接受文件。请移除文件，或换用其他命令。",
  },
};

let language = "en";

export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
}

export function spoken() {
  return language;
}

export function word(name, values = {}) {
  return words[language][name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** Sentences one after the other; Chinese puts nothing between them. */
export function sentences(...parts) {
  return parts.join(language === "zh" ? "" : " ");
}

/** Why a call failed. The server's own sentence is the best one when it sent any. */
export function reason({ status, code, detail }) {
  if (detail) return detail;
  if (code === "code") return word("codeGone");
  if (status === 0) return word("lost");
  if ([401, 403, 413, 429].includes(status)) return word(`status${status}`);
  return status >= 500 ? word("status500") : word("statusOther", { status });
}

/** The reader's own kind of the language, as en-GB, decides between 14:05 and 2:05 PM. */
function region() {
  const own = navigator.languages?.find((tag) => tag.toLowerCase().startsWith(language));
  return own ?? (language === "zh" ? "zh-CN" : "en");
}

export function clock(at) {
  return new Intl.DateTimeFormat(region(), { hour: "2-digit", minute: "2-digit" }).format(at);
}

export function day(at, now = Date.now()) {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return word("today");
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return word("yesterday");
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(region(), { weekday: "long", day: "numeric", month: "long", year }).format(at);
}

export function elapsed(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 60) return word("seconds", { n: seconds });
  return word("minutes", { m: Math.floor(seconds / 60), s: String(seconds % 60).padStart(2, "0") });
}

export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  const kilo = bytes / 1_000;
  return kilo < 1_000 ? `${Math.round(kilo)} KB` : `${(kilo / 1_000).toFixed(1)} MB`;
}
