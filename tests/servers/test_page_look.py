"""Languages, themes, narrow screens."""

import re

import pytest
from playwright.sync_api import expect

from functions.console.page import FOLDER
from tests.servers.page_browser import (
    answers,
    background,
    box,
    drop,
    options,
    overflowing,
    own,
    say,
    shared,
)


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


def test_both_languages_know_the_same_words():
    source = (FOLDER / "words.js").read_text(encoding="utf-8")
    english, chinese = source.split("  zh: {")
    names = [re.findall(r"^    (\w+):", half, re.MULTILINE) for half in (english, chinese)]

    assert names[0] == names[1]
    assert len(names[0]) > 50


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


def test_motion_is_left_out_when_it_is_not_wanted(open_page, backend):
    backend.reply = lambda message: None
    page = open_page(reduced_motion="reduce")
    say(page, "hello")
    expect(page.locator("p.waiting")).to_be_visible()

    assert page.evaluate("document.getAnimations().length") == 0


def test_the_page_is_one_file_that_asks_only_for_its_answers_and_tools(page, backend):
    page.wait_for_function("performance.getEntriesByType('resource').length > 0")
    names = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")

    assert all(name.startswith(f"{backend.url.partition('index.html')[0]}api/") for name in names)
    html = page.request.get(backend.url).text()
    assert not re.search(r"""(src|href)=["'][^#d]|style=|\son\w+=""", html.partition("<script")[0])
