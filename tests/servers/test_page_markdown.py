"""Markdown that is safe to show."""

import re

import pytest
from playwright.sync_api import expect

from tests.servers.page_browser import HARMFUL, answers, look


def test_answers_can_neither_run_nor_load_anything(page, backend):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))

    for text in HARMFUL:
        backend.answer(f"{text}\n\nthe end")
    look(page)

    expect(answers(page)).to_have_count(len(HARMFUL))
    expect(answers(page).get_by_text("the end")).to_have_count(len(HARMFUL))
    alien = answers(page).locator("script, img, iframe, svg, style, form, input, details, b")
    expect(alien).to_have_count(0)
    names = (
        answers(page)
        .locator("*")
        .evaluate_all("nodes => nodes.flatMap(node => node.getAttributeNames())")
    )
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


CLOSED = "if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject();"


@pytest.mark.parametrize(
    ("script", "told", "taken"),
    [
        ("", "Copied", "navigator.clipboard.readText()"),
        (CLOSED, "Press Ctrl+C", "getSelection().toString()"),
    ],
)
def test_code_is_copied_and_at_least_selected_where_the_clipboard_is_closed(
    open_page, backend, script, told, taken
):
    page = open_page(script=script, permissions=["clipboard-read", "clipboard-write"])
    backend.answer("```bash\nmake run\n```")
    look(page)

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name=told)).to_be_visible()
    assert page.evaluate(taken).rstrip("\n") == "make run"
