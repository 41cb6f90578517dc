"""What tests of the chat page look at and do, in their own words."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from playwright.sync_api import Locator, Page

Open = Callable[..., Page]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOUR_MS = 3_600_000
# Playwright's hand on the clock: the time at which the page asked for answers.
RECORD_POLLS = """
    window.polls = []; window.asking = 0;
    const real = window.fetch;
    window.fetch = async (...request) => {
        const isPoll = String(request[0]).includes("api/messages");
        if (isPoll) { window.polls.push(Date.now()); window.asking += 1; }
        try { return await real(...request); } finally { if (isPoll) window.asking -= 1; }
    };
"""

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:alert(1))",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '[x](https://example.com "\\" onmouseover=alert(1)")',
    '![x](https://example.com/p.png"onerror="alert(1))',
    '![" onerror="alert(1)](https://example.com/p.png)',
    '```"><script>alert(1)</script>\nx\n```',
    "| <b onclick=alert(1)>x</b> |\n|---|\n| <iframe src=x> |",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<style>body { display: none }</style>",
    "<form action='https://example.com'><input></form>",
    "<!-- --><details open ontoggle=alert(1)>",
]


def box(page: Page) -> Locator:
    return page.locator("#text")


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def own(page: Page) -> Locator:
    return page.locator("article.own")


def answers(page: Page) -> Locator:
    return page.locator("article.answer")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def file(name: str, size: int = 100) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def shared(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "media_type": "application/pdf", "size": 1_840_000, "url": url}


def look(page: Page) -> None:
    """Come back to the page, which makes it ask for answers at once."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def drop(page: Page, name: str, size: int) -> None:
    """Drop a file that the browser makes itself: sending it 20 MB takes seconds."""
    page.evaluate(
        """([name, size]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(size)], name, { type: "text/plain" }));
            const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
            document.body.dispatchEvent(event);
        }""",
        [name, size],
    )


def poll_gaps(page: Page, milliseconds: int) -> list[int]:
    """Let the page's clock run and tell the time between polls, each of which gets its answer."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 1)
    page.wait_for_function("() => window.asking === 0 && window.polls.length > 0")
    page.evaluate("window.polls = []")
    for _ in range(0, milliseconds, 500):
        page.clock.run_for(500)
        page.wait_for_function("() => window.asking === 0")
    times = page.evaluate("window.polls")
    # An answer comes between two steps, so a wait may begin up to one step late.
    return [(later - earlier) // 500 * 500 for earlier, later in pairwise(times)]


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def overflowing(page: Page) -> list[str]:
    """Whatever is wider than it should be, apart from what scrolls in a box of its own."""
    return page.evaluate(
        """() => [...document.querySelectorAll("html, body, #log, footer, form, article, .chip")]
            .filter(node => node.scrollWidth > node.clientWidth + 1
                || node.getBoundingClientRect().right > innerWidth)
            .map(node => `${node.tagName}.${node.className}`)"""
    )


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
