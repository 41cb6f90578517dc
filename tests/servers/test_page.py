"""The chat page in a real browser, against a double of its server."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.servers.page_backend import WEB, Backend, token_for

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def backend() -> Iterator[Backend]:
    with Backend() as backend:
        yield backend


@pytest.fixture
def open_page(browser: Browser, backend: Backend) -> Iterator[Open]:
    """Open the page as a new visitor; whatever happens, policy and scripts must hold."""
    contexts = []
    complaints: list[str] = []

    def open_(url: str | None = None, *, script: str = "", **options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **options})
        contexts.append(context)
        if script:
            context.add_init_script(script)
        context.on("page", watch)
        page = context.new_page()
        page.goto(url or backend.link)
        return page

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("console", lambda message: complain(message.text, message.type))

    def complain(text: str, kind: str) -> None:
        # A refused request is logged by the browser itself and is what some tests are about.
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            complaints.append(text)

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def box(page: Page) -> Locator:
    return page.get_by_role("textbox")


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


def test_a_message_is_sent_and_its_answer_shown_as_markdown(page, backend):
    backend.reply = lambda message: "Done: **one** event\n\n- [calendar](https://example.com/c)"

    say(page, "/calendar events.list")

    expect(own(page).locator(".bubble")).to_have_text("/calendar events.list")
    expect(answers(page).locator("strong")).to_have_text("one")
    link = answers(page).get_by_role("link", name="calendar")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    [message] = backend.received
    assert message["text"] == "/calendar events.list"
    assert message["attachments"] == []
    assert message["locale"] == "en"
    assert set(message) == {"id", "text", "attachments", "locale"}
    expect(box(page)).to_have_value("")


def test_a_message_that_waits_says_so_and_counts_the_time(open_page, backend):
    backend.reply = lambda message: None
    page = open_page()
    page.clock.install()
    page.reload()

    say(page, "a long one")

    waiting = page.locator("p.waiting")
    expect(waiting).to_contain_text("Working…")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    page.clock.fast_forward(65_000)
    expect(waiting.locator(".counter")).to_have_text(re.compile(r"1 min \d\d s"))
    backend.answer("at last", to=backend.received[0]["id"])
    page.clock.fast_forward(1_000)
    expect(answers(page)).to_contain_text("at last")
    expect(waiting).to_have_count(0)


def test_answers_out_of_order_stand_below_their_questions(page, backend):
    backend.reply = lambda message: None
    for text in ("first", "second"):
        say(page, text)
        backend.wait_until(lambda text=text: text in [each["text"] for each in backend.received])

    backend.answer("to the second", to=backend.received[1]["id"])
    expect(answers(page)).to_have_count(1)
    backend.answer("to the first", to=backend.received[0]["id"], at=int(time.time()) + 60)
    expect(answers(page)).to_have_count(2)

    spoken = page.locator("article .bubble, article .markdown").all_inner_texts()
    assert spoken == ["first", "to the first", "second", "to the second"]


def test_an_answer_nobody_asked_for_is_shown_too(page, backend):
    backend.answer("The nightly report is ready.")
    look(page)

    expect(answers(page)).to_contain_text("nightly report")


def test_an_error_is_marked_in_words(page, backend):
    backend.reply = lambda message: None
    say(page, "/github issues.create")
    backend.wait_until(lambda: backend.received)

    backend.answer("No such repository.", to=backend.received[0]["id"], error=True)
    look(page)

    expect(answers(page)).to_contain_text("This did not work")
    expect(answers(page)).to_contain_text("No such repository.")


def test_messages_arrive_in_the_order_they_were_sent(page, backend):
    gate = threading.Event()
    backend.fail("webhook", gate=gate)

    for text in ("delete it", "yes", "really"):
        say(page, text)
    expect(own(page)).to_have_count(3)
    gate.set()

    expect(answers(page)).to_have_count(3)
    assert [each["text"] for each in backend.received] == ["delete it", "yes", "really"]


def test_after_a_quarter_of_an_hour_no_answer_is_expected_any_more(open_page, backend):
    backend.reply = lambda message: None
    page = open_page()
    page.clock.install()
    page.reload()
    say(page, "into the void")
    expect(page.locator("p.waiting")).to_be_visible()

    page.clock.fast_forward(16 * 60_000)

    expect(page.locator("p.silent")).to_contain_text("No answer came.")
    page.get_by_role("button", name="Edit and send again").click()
    expect(box(page)).to_have_value("into the void")


def test_days_are_told_apart(page, backend):
    yesterday = int(time.time()) - 24 * 3600
    backend.answer("of yesterday", at=yesterday)
    backend.answer("of today")
    look(page)

    expect(page.get_by_role("separator")).to_have_text(["Yesterday", "Today"])


def test_a_new_answer_out_of_sight_is_announced(open_page, backend):
    for number in range(40):
        backend.answer(f"line {number}", at=int(time.time()) - 100 + number)
    page = open_page(viewport={"width": 800, "height": 600})
    expect(page.get_by_text("line 39", exact=True)).to_be_in_viewport()
    page.locator("#log").evaluate("log => { log.scrollTop = 0; }")

    backend.answer("the news")
    look(page)

    page.get_by_role("button", name="New answer").click()
    expect(page.get_by_text("the news")).to_be_in_viewport()


def test_a_refused_message_is_retried_with_the_same_id(page, backend):
    backend.fail("webhook", status=500, message="The queue is full.")

    say(page, "hello")

    expect(own(page)).to_contain_text("Not sent. The queue is full.")
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    expect(own(page).get_by_role("button")).to_have_count(0)
    assert len(backend.attempts) == 2
    assert len(set(backend.attempts)) == 1


def test_too_many_messages_are_explained_when_the_server_does_not(page, backend):
    backend.fail("webhook", status=429)

    say(page, "hello")

    expect(own(page)).to_contain_text("Too many messages. Wait a moment.")
    expect(own(page).get_by_role("button", name="Retry")).to_be_visible()


@pytest.mark.parametrize("handled", [False, True], ids=["before", "after"])
def test_a_lost_connection_is_repeated_under_the_same_id(page, backend, handled):
    backend.fail("webhook", lost=True, handled=handled)

    say(page, "hello")

    expect(answers(page)).to_have_count(1)
    expect(own(page)).to_have_count(1)
    expect(own(page)).not_to_contain_text("Sending")
    assert len(set(backend.attempts)) == 1
    assert len(backend.received) == 1


def test_a_connection_lost_for_good_leaves_the_decision_to_the_person(open_page, backend):
    page = open_page()
    page.clock.install()
    page.reload()
    for _ in range(4):
        backend.fail("webhook", lost=True)

    say(page, "hello")
    for attempt in range(1, 5):
        backend.wait_until(lambda attempt=attempt: len(backend.attempts) >= attempt)
        if attempt < 4:
            expect(own(page)).to_contain_text("trying again")
            # The wait may begin a moment after the words have changed.
            while len(backend.attempts) == attempt:
                page.clock.run_for(500)

    expect(own(page)).to_contain_text("The connection was lost.")
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    assert len(set(backend.attempts)) == 1


def test_a_reload_in_the_middle_of_sending_sends_again_under_the_same_id(page, backend):
    gate = threading.Event()
    backend.fail("webhook", gate=gate, lost=True)
    say(page, "hello")
    backend.wait_until(lambda: backend.attempts)

    page.reload()

    expect(answers(page)).to_contain_text("hello")
    gate.set()
    assert len(set(backend.attempts)) == 1


def test_a_server_out_of_reach_is_mentioned_and_forgotten_once_it_is_back(page, backend):
    expect(box(page)).to_be_focused()
    offline = page.get_by_text("Offline, trying again…")
    backend.fail("messages", lost=True)
    backend.fail("messages", lost=True)

    look(page)
    expect(offline).to_be_visible()
    look(page)
    expect(offline).to_have_count(0)


def test_an_expired_session_says_how_to_get_a_new_link_and_keeps_the_draft(page, backend):
    expect(box(page)).to_be_focused()
    backend.token = token_for(renewed=True)
    box(page).fill("half a thought")
    look(page)

    notice = page.get_by_role("alert").filter(has_text="You need a new link")
    expect(notice).to_contain_text("make run")
    box(page).press("Enter")
    expect(box(page)).to_have_value("half a thought")
    assert backend.attempts == []
    page.evaluate(f"location.hash = 'session={backend.token}'")
    expect(notice).to_have_count(0)
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("half a thought")


def test_a_message_refused_for_its_session_can_be_sent_with_a_new_one(page, backend):
    expect(box(page)).to_be_focused()
    backend.token = token_for(renewed=True)

    say(page, "hello")

    expect(own(page)).to_contain_text("Your link has expired.")
    page.goto("about:blank")
    page.goto(backend.link)
    own(page).get_by_role("button", name="Retry").click()
    expect(answers(page)).to_contain_text("hello")
    assert len(set(backend.attempts)) == 1


def test_without_a_session_nothing_is_sent_and_the_draft_finds_its_way(open_page, backend):
    page = open_page(backend.url)
    expect(page.get_by_role("alert")).to_contain_text("You need a new link")

    say(page, "written too early")

    expect(box(page)).to_have_value("written too early")
    page.goto("about:blank")
    page.goto(backend.link)
    expect(box(page)).to_have_value("written too early")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert backend.attempts == []


def test_nonsense_in_place_of_a_session_is_no_session(open_page, backend):
    page = open_page(f"{backend.url}#session=nonsense")

    expect(page.get_by_role("alert")).to_contain_text("You need a new link")


def test_the_session_leaves_the_address_and_survives_a_reload(page, backend):
    expect(page).to_have_url(backend.url)

    page.reload()
    say(page, "still me")

    expect(answers(page)).to_contain_text("still me")


def test_a_reload_keeps_the_conversation(page, backend):
    say(page, "first")
    expect(answers(page)).to_have_count(1)
    say(page, "second")
    expect(answers(page)).to_have_count(2)

    page.reload()

    expect(page.locator("article .bubble, article .markdown")).to_have_text(
        ["first", "first", "second", "second"]
    )
    assert len(backend.received) == 2


def test_a_draft_survives_a_reload(page):
    box(page).fill("not yet")

    page.reload()

    expect(box(page)).to_have_value("not yet")


def test_an_answer_the_server_has_forgotten_is_not_waited_for(page, backend):
    say(page, "long ago")
    expect(answers(page)).to_have_count(1)
    backend.answers.clear()

    page.reload()

    expect(page.locator("p.silent")).to_have_text("The answer is no longer kept.")


def test_another_person_sees_another_conversation(page, backend):
    say(page, "my secret")
    expect(answers(page)).to_have_count(1)
    backend.token = token_for("ben")
    backend.answers.clear()

    page.evaluate(f"location.hash = 'session={backend.token}'")

    expect(page.get_by_text("What shall we do?")).to_be_visible()
    expect(own(page)).to_have_count(0)


def test_two_tabs_show_the_same_messages(page, backend):
    other = page.context.new_page()
    other.goto(backend.link)

    say(page, "from the first tab")
    say(other, "from the second tab")

    for tab in (page, other):
        expect(own(tab)).to_have_count(2)
        expect(answers(tab)).to_have_count(2)


def test_a_file_shows_its_progress_and_travels_with_the_message(page, backend):
    backend.storage_gate.clear()
    drop(page, "report.txt", 15_000_000)
    page.locator("#picker").set_input_files(file("数据.txt", 5))

    bar = page.get_by_role("progressbar", name="Uploading report.txt")
    expect(bar).to_be_visible()
    page.wait_for_function(
        "() => { const bar = document.querySelector('progress'); "
        "return bar && bar.value > 0 && bar.value < 1; }"
    )
    box(page).fill("convert these")
    box(page).press("Enter")
    expect(page.get_by_text("A file is still uploading.")).to_be_visible()
    assert backend.attempts == []
    backend.storage_gate.set()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    box(page).press("Enter")
    expect(answers(page)).to_have_count(1)

    [message] = backend.received
    assert [(each["name"], each["size"]) for each in message["attachments"]] == [
        ("report.txt", 15_000_000),
        ("数据.txt", 5),
    ]
    assert {each["media_type"] for each in message["attachments"]} == {"text/plain"}
    content, headers = backend.stored[message["attachments"][0]["key"]]
    assert len(content) == 15_000_000
    assert headers["Content-Type"] == "text/plain"
    assert headers["x-amz-meta-subject"] == "ana"
    assert "Authorization" not in headers
    expect(own(page)).to_contain_text("report.txt")
    expect(own(page)).to_contain_text("15.0 MB")
    expect(page.locator("#attachments li")).to_have_count(0)


def test_a_failed_upload_can_be_repeated(page, backend):
    backend.fail("uploads", status=500)
    page.locator("#picker").set_input_files(file("report.txt"))

    expect(page.locator("#attachments")).to_contain_text("The server had a problem.")
    say(page, "convert it")
    expect(page.get_by_text("Remove the file that could not be uploaded")).to_be_visible()
    page.get_by_role("button", name="Upload report.txt again").click()
    expect(page.locator("#attachments li.done")).to_have_count(1)
    box(page).press("Enter")

    expect(answers(page)).to_have_count(1)


def test_a_refusal_of_the_storage_is_an_error_too(page, backend):
    backend.storage_status = 403
    page.locator("#picker").set_input_files(file("report.txt"))

    expect(page.locator("#attachments")).to_contain_text("Upload failed")


def test_a_file_over_the_limit_is_not_uploaded(page, backend):
    drop(page, "film.txt", 20_000_001)

    expect(page.locator("#attachments")).to_contain_text("Larger than 20 MB")
    page.get_by_role("button", name="Remove film.txt").click()
    expect(page.locator("#attachments li")).to_have_count(0)
    expect(box(page)).to_be_focused()
    assert backend.uploads == []


def test_files_can_be_pasted(page, backend):
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["x"], "note.txt", { type: "text/plain" }));
            const event = new ClipboardEvent("paste", { clipboardData, cancelable: true });
            document.querySelector("#text").dispatchEvent(event);
        }"""
    )

    expect(page.locator("#attachments li.done")).to_contain_text("note.txt")
    assert [each["name"] for each in backend.uploads] == ["note.txt"]


def test_a_picture_is_previewed_within_the_policy(page):
    dot = b"<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'><path d='M0 0h4'/></svg>"
    page.locator("#picker").set_input_files(
        {"name": "dot.svg", "mimeType": "image/svg+xml", "buffer": dot}
    )

    expect(page.locator("#attachments img")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#attachments img').naturalWidth > 0")


def test_files_of_an_answer_are_links_to_download(page, backend):
    backend.answer("Here it is.", files=[shared("报告.pdf", "https://files.example/r?sig=1")])
    look(page)

    link = page.get_by_role("link", name="Download 报告.pdf, 1.8 MB")
    expect(link).to_have_attribute("href", "https://files.example/r?sig=1")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(link).to_have_attribute("download", "报告.pdf")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://["])
def test_a_file_with_another_kind_of_address_is_no_link(page, backend, url):
    backend.answer("Here it is.", files=[shared("report.pdf", url)])
    look(page)

    expect(answers(page)).to_contain_text("report.pdf")
    expect(answers(page).get_by_role("link")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
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
    ],
)
def test_an_answer_can_neither_run_nor_load_anything(page, backend, text):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))

    backend.answer(f"{text}\n\nthe end")
    look(page)

    expect(answers(page)).to_contain_text("the end")
    alien = answers(page).locator("script, img, iframe, svg, style, form, input, details, b")
    expect(alien).to_have_count(0)
    for node in answers(page).locator("*").all():
        names = node.evaluate("node => node.getAttributeNames()")
        assert [name for name in names if name.startswith("on") or name == "style"] == []
    for link in answers(page).get_by_role("link").all():
        assert re.match(r"https?:|mailto:", link.get_attribute("href") or "")
        assert "noopener" in (link.get_attribute("rel") or "")
    assert all(url.startswith("http://127.0.0.1:") for url in fetched)


def test_an_image_is_a_link_and_is_never_fetched(page, backend):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))

    backend.answer(
        "![a chart](https://example.com/c.png) "
        "[![badge](https://example.com/b.png)](https://example.com/build) end"
    )
    look(page)

    expect(page.get_by_role("link", name="a chart")).to_have_attribute(
        "href", "https://example.com/c.png"
    )
    expect(page.get_by_role("link", name="badge")).to_have_attribute(
        "href", "https://example.com/build"
    )
    assert not [url for url in fetched if "example.com" in url]


def test_names_of_files_do_not_become_links(page, backend):
    backend.answer("See README.md, deploy.py and https://example.com/docs")
    look(page)

    expect(answers(page).get_by_role("link")).to_have_text(["https://example.com/docs"])


def test_tables_align_without_style_attributes(page, backend):
    backend.answer("| a | b |\n|---|---:|\n| 1 | 2 |")
    look(page)

    expect(answers(page).locator("td").nth(1)).to_have_css("text-align", "end")
    expect(answers(page).locator("[style]")).to_have_count(0)


def test_code_is_copied(page, backend):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    backend.answer("```bash\nmake run\n```")
    look(page)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "make run\n"


def test_code_is_at_least_selected_where_the_clipboard_is_closed(open_page, backend):
    page = open_page(
        script="if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject();"
    )
    backend.answer("```bash\nmake run\n```")
    look(page)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Press Ctrl+C")).to_be_visible()
    assert page.evaluate("getSelection().toString()").strip() == "make run"


def test_enter_sends_and_shift_enter_begins_a_line(page, backend):
    box(page).press_sequentially("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    box(page).press("Enter")

    expect(answers(page)).to_have_count(1)
    assert backend.received[0]["text"] == "one\ntwo"


def test_an_empty_message_is_not_sent(page, backend):
    say(page, "  \n ")
    say(page, "something")

    expect(answers(page)).to_have_count(1)
    assert [each["text"] for each in backend.received] == ["something"]


def test_composing_chinese_does_not_send(page, backend):
    box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5}
    )
    expect(box(page)).to_have_value("nihao")
    page.evaluate(
        "document.addEventListener('keydown', event => { window.composing = event.isComposing; })"
    )
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    assert page.evaluate("window.composing") is True
    expect(own(page)).to_have_count(0)

    keyboard.send("Input.insertText", {"text": "你好"})
    # Safari ends the composition first and then reports the key, told apart only by its code.
    box(page).evaluate(
        "box => box.dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))"
    )
    expect(box(page)).to_have_value("你好")
    expect(own(page)).to_have_count(0)

    box(page).press("Enter")
    expect(answers(page)).to_contain_text("你好")
    assert [each["text"] for each in backend.received] == ["你好"]


def test_up_recalls_the_last_messages_in_an_empty_box(page):
    for number, text in enumerate(("first", "second"), 1):
        say(page, text)
        expect(answers(page)).to_have_count(number)

    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("second")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("first")
    box(page).press("ArrowDown")
    expect(box(page)).to_have_value("second")
    box(page).fill("my own words")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("my own words")


def test_a_slash_goes_to_the_box_and_begins_a_command(page):
    page.get_by_role("log").focus()

    page.keyboard.press("/")

    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("/")
    expect(options(page)).to_have_count(4)


def test_commands_are_completed_from_the_keyboard(page, backend):
    box(page).press_sequentially("/")
    expect(options(page)).to_have_count(4)
    expect(page.get_by_text("4 commands to choose from")).to_be_attached()
    box(page).press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("/calendar")
    expect(box(page)).to_have_attribute("aria-activedescendant", "option-1")
    box(page).press("ArrowUp")
    box(page).press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_contain_text("/github")
    box(page).press("Escape")
    expect(options(page)).to_have_count(0)

    box(page).press_sequentially("cal")
    expect(options(page)).to_have_count(1)
    box(page).press("Tab")
    expect(box(page)).to_have_value("/calendar ")
    expect(options(page)).to_have_count(2)
    box(page).press_sequentially("list")
    expect(options(page)).to_have_count(1)
    box(page).press("Enter")
    expect(box(page)).to_have_value("/calendar events.list ")
    expect(page.locator("#usage")).to_have_text("from=<day> to=<day>")
    assert backend.received == []
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("/calendar events.list")


def test_a_whole_command_is_sent_and_not_completed_once_more(page, backend):
    box(page).press_sequentially("/github issues.create")
    expect(options(page)).to_have_count(1)

    box(page).press("Enter")

    expect(answers(page)).to_have_count(1)
    assert backend.received[0]["text"] == "/github issues.create"


def test_commands_are_completed_with_the_mouse(page):
    box(page).press_sequentially("/d")

    options(page).filter(has_text="/document").click()

    expect(box(page)).to_have_value("/document ")
    expect(box(page)).to_be_focused()


def test_without_a_catalogue_help_is_still_offered_and_it_is_asked_again(page, backend):
    backend.fail("tools", status=500)
    box(page).press_sequentially("/")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("/help")

    box(page).fill("")
    box(page).press_sequentially("/")

    expect(options(page)).to_have_count(4)


def test_everything_is_reached_by_tab_has_a_name_and_shows_its_focus(page, backend):
    backend.answer("| a |\n|---|\n| 1 |\n\n```\nx\n```\n\n[l](https://example.com)")
    expect(answers(page)).to_have_count(1)
    box(page).focus()
    reached = []

    page.evaluate("document.activeElement.blur()")
    page.locator(".skip").focus()
    for _ in range(30):
        reached.append(
            page.evaluate(
                """() => {
                    const node = document.activeElement;
                    const label = node.labels?.[0]?.textContent ?? "";
                    const text = node.textContent.trim();
                    const name = node.getAttribute("aria-label") || label || text;
                    const ring = getComputedStyle(node.id === "text" ? node.form : node);
                    const shown = ring.outlineStyle !== "none" || ring.boxShadow !== "none";
                    return [node.id || node.className || node.tagName, name, shown];
                }"""
            )
        )
        if reached[-1][0] == "send":
            break
        page.keyboard.press("Tab")

    places = [place for place, _, _ in reached]
    assert places[0] == "skip"
    assert {"language", "theme", "log", "text", "attach", "send", "table-box", "copy"} <= set(
        places
    )
    assert [place for place, name, _ in reached if not name] == []
    assert [place for place, _, shown in reached if not shown] == []


def test_the_examples_are_filled_in_by_a_click(page):
    page.get_by_role("button", name="See what is possible").click()
    expect(box(page)).to_have_value("/help")
    page.get_by_role("button", name="Put a lunch into the calendar").click()
    expect(box(page)).to_have_value(
        re.compile(
            r'^/calendar events\.create "Team lunch" start="\d{4}-\d\d-\d\d 12:00" duration=60$'
        )
    )
    page.get_by_role("button", name="Turn a file into a PDF").click()
    expect(box(page)).to_have_value("/document convert pdf")
    expect(page.get_by_text("Now attach the file to convert.")).to_be_visible()
    expect(box(page)).to_be_focused()


def test_a_chinese_browser_gets_chinese(open_page, backend):
    page = open_page(locale="zh-CN")

    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text("需要做些什么？")).to_be_visible()
    expect(page.get_by_role("textbox", name="消息")).to_have_attribute(
        "placeholder", "输入消息，或按 / 使用命令"
    )
    box(page).press_sequentially("/cal")
    expect(options(page)).to_contain_text("日程与空闲时间")
    box(page).fill("创建日程")
    backend.fail("webhook", status=500)
    box(page).press("Enter")
    expect(own(page)).to_contain_text("未发送。服务器出现问题。")
    page.get_by_role("button", name="重试").click()
    expect(answers(page)).to_contain_text("创建日程")
    expect(page.get_by_role("separator")).to_have_text("今天")
    assert backend.received[0]["locale"] == "zh"
    assert backend.locales == ["zh"]


def test_the_language_can_be_changed_and_is_remembered(page):
    say(page, "hello")
    expect(answers(page)).to_have_count(1)

    page.get_by_role("button", name="中文").click()

    expect(page.get_by_role("separator")).to_have_text("今天")
    page.reload()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    expect(page.get_by_role("separator")).to_have_text("今天")


def test_both_languages_know_the_same_words(page):
    source = page.request.get(page.url + "words.js").text()
    english, chinese = source.split("  zh: {")
    names = [re.findall(r"^    (\w+):", half, re.MULTILINE) for half in (english, chinese)]

    assert names[0] == names[1]
    assert len(names[0]) > 50


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_dark_and_light_follow_the_system_and_the_button(open_page):
    page = open_page(color_scheme="dark")
    assert background(page) == "rgb(22, 24, 27)"

    page.get_by_role("button", name="Switch to the light theme").click()
    assert background(page) == "rgb(250, 249, 246)"
    page.reload()
    assert background(page) == "rgb(250, 249, 246)"
    page.get_by_role("button", name="Switch to the dark theme").click()
    page.emulate_media(color_scheme="light")

    expect(page.get_by_role("button", name="Switch to the dark theme")).to_be_visible()
    assert background(page) == "rgb(250, 249, 246)"


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_narrow_screen_never_scrolls_sideways(open_page, backend, language):
    page = open_page(viewport={"width": 360, "height": 740}, locale=language)
    expect(page.locator(".example")).to_have_count(3)
    assert overflowing(page) == []

    backend.reply = lambda message: None
    say(page, "x" * 300)
    backend.wait_until(lambda: backend.received)
    backend.answer(
        f"{'y' * 300}\n\n| {' | '.join(['column'] * 9)} |\n|{'---|' * 9}\n| {'z' * 90} |\n\n"
        f"```\n{'code ' * 90}\n```\n\nhttps://example.com/{'p' * 200}\n\n1. `{'c' * 200}`",
        to=backend.received[0]["id"],
        files=[shared(f"{'long-name-' * 20}.pdf", "https://files.example/r")],
    )
    expect(answers(page)).to_have_count(1)
    backend.fail("webhook", status=500, message="e" * 200)
    say(page, "again")
    expect(page.locator(".failure")).to_be_visible()
    drop(page, f"{'n' * 90}.txt", 5)
    drop(page, "b.txt", 20_000_001)
    expect(page.locator("#attachments li.done")).to_have_count(1)
    box(page).fill("")
    box(page).press_sequentially("/")
    expect(options(page).first).to_be_visible()

    assert overflowing(page) == []


def overflowing(page: Page) -> list[str]:
    """Whatever is wider than it should be, apart from what scrolls in a box of its own."""
    return page.evaluate(
        """() => [...document.querySelectorAll("html, body, #log, footer, form, article, .chip")]
            .filter(node => node.scrollWidth > node.clientWidth + 1
                || node.getBoundingClientRect().right > innerWidth)
            .map(node => `${node.tagName}.${node.className}`)"""
    )


def test_motion_is_left_out_when_it_is_not_wanted(open_page, backend):
    backend.reply = lambda message: None
    page = open_page(reduced_motion="reduce")
    say(page, "hello")
    expect(page.locator("p.waiting")).to_be_visible()

    assert page.evaluate("document.getAnimations().length") == 0


def test_the_page_loads_from_any_folder_and_only_from_there(page, backend):
    names = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")

    assert names
    assert all(name.startswith(backend.url) for name in names)
    html = page.request.get(backend.url).text()
    assert not re.search(r"""(src|href)=["']/|<style|style=|<script>|\son\w+=""", html)


def test_every_module_is_fetched_at_once(page, backend):
    html = page.request.get(backend.url).text()
    preloaded = re.findall(r'rel="modulepreload" href="([^"]+)"', html)

    assert {*preloaded, "app.js", "theme.js"} == {
        file.relative_to(WEB).as_posix() for file in WEB.rglob("*.js")
    }


def test_polling_backs_off_when_nothing_happens(open_page):
    page = open_page(script=RECORD_POLLS)
    page.clock.install()
    page.reload()

    gaps = poll_gaps(page, 60_000)

    assert gaps == sorted(gaps)
    assert gaps[0] < 3_000
    assert gaps[-2:] == [10_000, 10_000]


def test_polling_is_quick_while_an_answer_is_awaited(open_page, backend):
    backend.reply = lambda message: None
    page = open_page(script=RECORD_POLLS)
    page.clock.install()
    page.reload()
    poll_gaps(page, 30_000)
    say(page, "hello")
    expect(page.locator("p.waiting")).to_be_visible()

    assert set(poll_gaps(page, 8_000)) == {1_000}


def test_polling_is_slow_in_the_background_and_at_once_on_return(open_page, backend):
    backend.reply = lambda message: None
    page = open_page(script=RECORD_POLLS)
    page.clock.install()
    page.reload()
    say(page, "hello")
    expect(page.locator("p.waiting")).to_be_visible()

    hide(page, hidden=True)
    assert set(poll_gaps(page, 30_000)) == {10_000}
    backend.answer("done", to=backend.received[0]["id"])
    poll_gaps(page, 10_000)
    expect(page).to_have_title("(1) Switchboard")
    before = len(backend.polls)
    hide(page, hidden=False)
    backend.wait_until(lambda: len(backend.polls) > before)
    expect(page).to_have_title("Switchboard")


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_polling_asks_only_for_what_is_new_and_waits_as_long_as_it_is_told(open_page, backend):
    backend.answer("one")
    backend.answer("two")
    page = open_page(script=RECORD_POLLS)
    page.clock.install()
    page.reload()
    expect(answers(page)).to_have_count(2)
    poll_gaps(page, 5_000)
    assert backend.polls[-1] == "2"

    backend.fail("messages", status=429, headers={"Retry-After": "30"})
    gaps = poll_gaps(page, 60_000)

    assert 30_000 in gaps
    expect(page.locator("#connection")).to_be_empty()
