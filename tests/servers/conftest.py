"""A real browser on the chat page, and a double of the page's server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.page_backend import Backend
from tests.servers.page_browser import ARGUMENTS, RECORD_POLLS, Open


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


@pytest.fixture
def timed_page(open_page: Open) -> Page:
    """One whose clock runs as a test says, and which tells when it asked for answers."""
    page = open_page(script=RECORD_POLLS)
    page.clock.install()
    page.reload()
    return page
