"""The chat page of the deployed stack in a real browser."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE_MS = 30_000
MARKDOWN = "# Minutes\n\nWe agreed on **everything**, 全部.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.fixture
def page(setting) -> Iterator[Page]:
    """The page, opened by its link; a complaint of the browser's fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.goto(setting.stack.chat_link())
        yield page
        browser.close()
    assert complaints == []


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
