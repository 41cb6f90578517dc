"""The chat page of the deployed stack in a real browser."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE_MS = 30_000
SOON_MS = 1_500
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
MARKDOWN = "# Minutes\n\nWe agreed on **everything**, 全部.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.fixture
def open_page(setting) -> Iterator[Callable[[], Page]]:
    """Open the page by its link, in a browser that knows nothing; its complaints fail the test."""
    complaints: list[str] = []
    complain = complaints.append
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)

        def open_() -> Page:
            page = browser.new_page(locale="en-GB")
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: complain(str(error)))
            page.on("console", lambda said: complain(said.text) if said.type == "error" else 0)
            page.goto(setting.stack.chat_link())
            return page

        yield open_
        browser.close()
    assert complaints == []


@pytest.fixture
def page(open_page) -> Page:
    return open_page()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def attach(page: Page, name: str, text: str) -> None:
    file = {"name": name, "mimeType": "text/markdown", "buffer": text.encode()}
    page.locator("#picker").set_input_files(file)
    expect(page.locator("#attachments .chip")).to_contain_text(name)
    expect(page.locator("#attachments progress")).to_have_count(0, timeout=PATIENCE_MS)


def answer(page: Page, text: str) -> None:
    newest = page.locator("article.answer").last
    expect(newest).to_contain_text(text, timeout=PATIENCE_MS)


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile(f"Download {re.escape(name)}")).last.click()
    assert started.value.suggested_filename == name
    return Path(started.value.path()).read_bytes()


def test_an_event_is_created_and_listed(page):
    say(page, '/calendar events.create "Seen on the page" start="2031-03-03 09:00" duration=15')
    answer(page, "Created: 2031-03-03 09:00–09:15 Seen on the page")

    say(page, "/calendar events.list from=2031-03-03 to=2031-03-03")
    answer(page, "Mon 2031-03-03")
    answer(page, "Seen on the page")


def test_an_uploaded_file_is_converted_and_downloaded(page):
    attach(page, "minutes.md", MARKDOWN)
    say(page, "/document convert docx")
    answer(page, "minutes.docx")
    with ZipFile(BytesIO(download(page, "minutes.docx"))) as document:
        assert "全部" in document.read("word/document.xml").decode()

    attach(page, "minutes.md", MARKDOWN)
    say(page, "/document convert pdf")
    answer(page, "minutes.pdf")
    assert download(page, "minutes.pdf").startswith(b"%PDF-")


def test_the_conversation_is_still_there_when_the_page_is_opened_again(page, setting):
    say(page, "/calendar events.list from=2031-12-24 to=2031-12-24")
    answer(page, "No events from 2031-12-24")

    page.goto("about:blank")
    page.goto(setting.stack.chat_link())

    answer(page, "No events from 2031-12-24")


def test_another_browser_shows_both_sides_the_tools_and_who_it_is(page, open_page):
    say(page, "/calendar events.list from=2032-02-29 to=2032-02-29")
    answer(page, "No events from 2032-02-29")

    other = open_page()
    expect(other.locator("article.own").last).to_contain_text("from=2032-02-29")
    answer(other, "No events from 2032-02-29")
    other.get_by_role("button", name="Tools").click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_role("button", name="events.list").click()
    dialog.get_by_label("from").fill("2032-03-01")
    dialog.get_by_label("to", exact=True).fill("2032-03-01")
    dialog.get_by_role("button", name="Send").click()
    answer(page, "No events from 2032-03-01")
    answer(other, "No events from 2032-03-01")
    other.get_by_role("button", name="You").click()
    expect(dialog).to_contain_text("Admin")
    expect(dialog).to_contain_text("Nothing waits, nothing runs.")
    expect(dialog.get_by_role("listitem").filter(has_text="calendar")).to_contain_text(
        "events.list"
    )


def test_a_question_takes_its_code_on_the_page_and_shows_it_nowhere(page, open_page):
    say(page, '/calendar events.create "Asked about" start="2032-05-05 09:00"')
    answer(page, "Created: 2032-05-05")
    id_ = page.locator("article.answer").last.locator("code").inner_text()
    say(page, f"/calendar events.delete {id_}")
    answer(page, "Asked about")
    page.locator("article.answer").last.get_by_role("button", name="Approve").click()
    page.get_by_label("Six digits of your authenticator").first.fill("271828")
    page.keyboard.press("Enter")
    newest = page.locator("article.answer").last
    expect(newest).to_have_class(re.compile("error"), timeout=PATIENCE_MS)  # nobody is enrolled

    other = open_page()
    expect(other.locator("article.own").last).to_contain_text("••••••")
    assert "271828" not in page.content() + other.content()


def test_the_page_shows_soon(page, open_page):
    times = [open_page().wait_for_function(PAINTED).json_value() for _ in range(3)]

    assert min(times) < SOON_MS, times
