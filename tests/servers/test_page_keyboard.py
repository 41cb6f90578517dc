"""Keys, completion, Chinese input."""

import re

from playwright.sync_api import expect

from tests.servers.page_browser import answers, box, options, own, say


def test_enter_sends_but_nothing_that_is_empty_and_shift_enter_begins_a_line(page, backend):
    say(page, "  \n ")
    box(page).fill("")
    box(page).press_sequentially("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    box(page).press("Enter")

    expect(answers(page)).to_have_count(1)
    assert [each["text"] for each in backend.received] == ["one\ntwo"]


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


def test_commands_are_completed_from_the_keyboard_wherever_one_is(page, backend):
    page.get_by_role("log").focus()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("/")
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


def test_commands_are_completed_and_examples_filled_in_by_a_click(page):
    box(page).press_sequentially("/d")
    options(page).filter(has_text="/document").click()
    expect(box(page)).to_have_value("/document ")
    expect(box(page)).to_be_focused()
    box(page).fill("")
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
