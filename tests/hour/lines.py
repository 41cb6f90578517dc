"""What a newcomer types into the chat page, and the kind of answer that is right."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 60_000
OVERVIEW, OFFER, ANSWER, FILE, FAULT = "overview", "offer", "answer", "file", "fault"
"""All that there is; what to write next; what was asked for; a file; red."""
ASKS = re.compile(r"[?？]|\bwrite\b|请(写|输入)", re.IGNORECASE)
EVENT = re.compile("[0-9a-f]{8}")
LISTED = 5
"""Items that an overview has at least."""
NOTES = ("notes.md", "text/markdown", b"# Notes\n\nAgreed, \xe5\x85\xa8\xe9\x83\xa8.\n")
NAMED = ("会议 记录.md", "text/markdown", "# 会议\n\n全部通过。\n".encode())
NOTHING = ("nothing.md", "text/markdown", b"")


@dataclass(frozen=True)
class Line:
    """A message, what comes of it, and something that its answer has and something it has not.

    `{id}` is the last event's that was shown.
    """

    text: str
    kind: str
    has: str = ""
    lacks: str = "(?!)"
    files: list[tuple[str, str, bytes]] = field(default_factory=list)


LINES = (
    *(Line(text, OVERVIEW, "calendar") for text in ("hello", "Hi! What can you do?", "help", "?")),
    *(Line(text, OVERVIEW, "/help") for text in ("/", "/help", "/start", "🎉", "thanks")),
    *(Line(text, OVERVIEW, "工具") for text in ("你好", "帮助", "谢谢👍", "/帮助")),
    Line("calendar events.list", OFFER, "/calendar events.list"),
    Line("/calender events.list", OFFER, "/calendar events.list"),
    Line("/help calendr", OFFER, "/help calendar"),
    Line("/nosuch", OFFER, "/help"),
    Line("Put a team lunch into my calendar tomorrow at noon", OFFER, "calendar"),
    Line("明天中午12点安排团队午餐", OFFER, "/help"),
    Line("def f(x):\n    return x", OFFER, "/help"),
    Line("/calendar", OFFER, "events.create"),
    Line("/日历", OFFER, "日程"),
    Line("/help calendar events.create", OFFER, "start"),
    Line("/help 日历", OFFER, "日程"),
    Line("/calendar events.create", OFFER, r"title(?s:.)*start"),
    Line("/日历 日程.新建", OFFER, "title(?s:.)*start", "should|Usage"),
    Line("/document convert exe text=x", OFFER, "docx"),
    Line('/document convert docx text="unclosed', OFFER, "quotation"),
    Line("/calendar events.list from=nonsense", OFFER, "tomorrow"),
    Line("/github issues.list", OFFER, "owner/name"),
    Line('/calendar events.create "Team lunch" start="tomorrow 3pm" duration=60', ANSWER, "15:00"),
    Line("/calendar events.create 团队午餐 start=明天下午四点", ANSWER, "16:00"),
    Line("/日历 日程.列表 from=明天 to=下周五", ANSWER, "团队午餐"),
    Line("/calendar events.list from=today to=tomorrow", ANSWER, "Team lunch"),
    Line("/calendar calendars.list", ANSWER, "work"),
    Line("/stop foo", OFFER),
    Line('／calendar events.create “Stand-up” start="2031-03-03 09:00"', ANSWER, "Stand-up"),
    Line("/stop", OFFER, "/resume"),
    Line('/calendar events.create Later start="tomorrow 5pm"', FAULT, "/repeat"),
    Line("/resume", OFFER, "/repeat"),
    Line("/calendar events.delete {id}", OFFER, "/approve [0-9A-Z]{6} 123456"),
    Line("/approve", OFFER, "123456"),
    Line("/deny", ANSWER, "events.delete"),
    Line("/check ZZZZZZ", ANSWER, "ZZZZZZ"),
    Line('/document convert docx text="# Hello"', FILE, "docx"),
    Line("/document convert pdf", FILE, "notes.pdf", files=[NOTES]),
    Line("/document text.extract", FILE, "全部", files=[NAMED]),
    Line("", OFFER, "document", files=[NOTES]),
    Line("/document convert pdf", FILE, "2 files", files=[NOTES, NAMED]),
)


def say(page: Page, line: Line) -> Locator:
    """Write and send it, with its files; the answer that came of it."""
    log = page.get_by_role("log")
    before = log.locator("article.own").count()
    if line.files:
        files = [{"name": name, "mimeType": kind, "buffer": it} for name, kind, it in line.files]
        page.locator("#picker").set_input_files(files)
        expect(page.locator("#attachments .chip")).to_have_count(len(files))
        expect(page.locator("#attachments progress")).to_have_count(0, timeout=PATIENCE_MS)
    box = page.get_by_role("textbox").first
    ids = [one for one in log.locator("code").all_inner_texts() if EVENT.fullmatch(one)]
    box.fill(line.text.replace("{id}", ids[-1] if ids else "{id}"))
    box.press("Escape")  # what completes it is in the way of Enter
    box.press("Enter")
    expect(log.locator("article.own")).to_have_count(before + 1)
    newest = log.locator("article").last
    expect(newest).to_contain_class("answer", timeout=PATIENCE_MS)
    return newest


def kind_of(answer: Locator) -> str:
    """By role and class, and by whether something is asked, or there is something to write next."""
    if "error" in (answer.get_attribute("class") or "").split():
        return FAULT
    if answer.locator("a[download]").count():
        return FILE
    written = [one for one in answer.locator("code").all_inner_texts() if one.startswith("/")]
    if len(written) >= LISTED and answer.get_by_role("listitem").count() >= 2 * LISTED:
        return OVERVIEW
    asks = ASKS.search(answer.inner_text()) or answer.get_by_role("button").count()
    return OFFER if written or asks else ANSWER


def wrong(page: Page, line: Line) -> str:
    """What is not right with the answer to a line; nothing when all is."""
    answer = say(page, line)
    kind, text = kind_of(answer), answer.inner_text()
    if kind != line.kind:
        return f"{line.text!r} is answered by {kind} instead of {line.kind}: {text!r}"
    if not re.search(line.has, text) or re.search(line.lacks, text):
        return f"{line.text!r} is answered by {text!r}"
    return ""
