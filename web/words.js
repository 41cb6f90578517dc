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
    sessionTitle: "You need a new link",
    noSession: "This page opens with a personal link, and this address has none.",
    sessionOver: "Your link has expired or was replaced.",
    sessionHow: "Run {command} to print a new one, or ask whoever operates this switchboard.",
    draftKept: "What you have written is kept.",
    lost: "The connection was lost.",
    status401: "Your link has expired.",
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
    sessionTitle: "需要新的链接",
    noSession: "此页面需通过个人链接打开，当前地址不含链接信息。",
    sessionOver: "你的链接已过期或已被替换。",
    sessionHow: "运行 {command} 可获得新链接，或联系本服务的管理员。",
    draftKept: "你已输入的内容会保留。",
    lost: "连接中断。",
    status401: "你的链接已过期。",
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
export function reason({ status, detail }) {
  if (detail) return detail;
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
