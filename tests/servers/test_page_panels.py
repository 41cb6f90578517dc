"""The tools with their forms, who am I, what waits, and whose clocks the times are."""

from datetime import datetime

import pytest
from playwright.sync_api import expect

from functions.console import catalogue
from functions.dispatch.planner import arguments
from functions.dispatch.planner.command import split
from switchboard import config
from tests.kit import build
from tests.servers.page_browser import answers, box, file, overflowing, own

NASTY = [
    *("Team lunch", "it's", 'say "hi"', "C:\\new\\", "a=b", "“quoted” «so» 「or」", "/help"),
    *("“open", "„open", "a ‘b", "full ＝ ＂width＂", "- list", "🎉 喝茶", "'single'", 'a\\"b'),
]


@pytest.fixture
def tools(backend):
    backend.tools = {
        locale: catalogue.listed(build.person("member"), locale) for locale in ("en", "zh")
    }
    return backend


def opened(page, tool, operation):
    page.get_by_role("button", name="Tools").click()
    section = page.locator("dialog section").filter(has=page.get_by_role("heading", name=tool))
    section.get_by_role("button", name=operation).click()
    return page.get_by_role("form", name=f"{tool} {operation}")


@pytest.mark.parametrize("title", NASTY)
def test_a_form_sends_the_line_that_means_what_was_filled_in(tools, page, title):
    form = opened(page, "calendar", "events.create")
    form.get_by_label("title").fill(title)
    form.get_by_label("start").fill("tomorrow 3pm")
    form.get_by_label("repeat").select_option("weekly")
    line = form.locator(".preview code").inner_text()
    form.get_by_role("button", name="Send").click()

    expect(answers(page)).to_have_count(1)
    (message,) = tools.received
    assert message["text"] == line
    schema = config.catalogue()["calendar"].operations["events.create"].schema
    words = split(line.removeprefix("/calendar events.create "))
    found = arguments.read(words, schema, "en", datetime(2026, 12, 1))  # noqa: DTZ001
    assert found == {"title": title, "start": "2026-12-02T15:00", "repeat": "weekly"}


def test_a_form_says_what_must_be_there_and_what_cannot_be_done(tools, page):
    form = opened(page, "calendar", "events.create")
    expect(form.get_by_label("title")).to_have_attribute("required", "")
    expect(form.get_by_label("title")).to_have_attribute("placeholder", "Team lunch")
    expect(form.get_by_label("repeat").locator("option").first).to_have_text("(default: none)")
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="All tools").click()
    dialog.get_by_role("button", name="events.delete").click()
    expect(page.get_by_role("note")).not_to_be_empty()
    expect(page.get_by_role("dialog").get_by_role("button", name="Send")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert tools.received == []


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en-GB", "You are asked before it is done"), ("zh-CN", "执行前会先询问你")],
)
def test_a_form_says_that_its_call_is_asked_about_and_sends_it(backend, open_page, locale, said):
    admin = build.person("admin")
    backend.tools = {each: catalogue.listed(admin, each) for each in ("en", "zh")}
    page = open_page(locale=locale)
    page.locator("#tools").click()
    page.get_by_role("button", name="events.delete").click()
    expect(page.get_by_role("note")).to_contain_text(said)
    page.get_by_role("dialog").get_by_label("id").fill("3f9a1c20")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(own(page)).to_contain_text("/calendar events.delete id=3f9a1c20")


def test_a_form_keeps_the_draft_and_may_be_edited_first(tools, page):
    box(page).fill("half a thought")
    form = opened(page, "document", "convert")
    form.locator("#argument-to").select_option("pdf")
    form.get_by_role("button", name="Send").click()
    expect(own(page)).to_contain_text("/document convert to=pdf")
    expect(box(page)).to_have_value("half a thought")
    form = opened(page, "document", "info")
    form.get_by_role("button", name="Edit in the message box").click()
    expect(box(page)).to_have_value("/document info")
    expect(box(page)).to_be_focused()


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_the_panels_fit_a_narrow_window_in_both_languages(tools, open_page, locale, scheme):
    small = {"width": 360, "height": 640}
    page = open_page(locale=locale, color_scheme=scheme, viewport=small)
    page.locator("#tools").click()
    dialog = page.locator("dialog")
    dialog.get_by_role("button", name="events.create").click()
    expect(dialog.locator(".field").first).to_be_visible()
    wide = "node => node.scrollWidth > node.clientWidth + 1"
    assert not dialog.evaluate(wide)
    assert overflowing(page) == []
    page.keyboard.press("Escape")
    page.locator("#me").click()
    expect(dialog).to_contain_text("Ana")
    assert not dialog.evaluate(wide)


def test_who_i_am_what_waits_and_a_button_to_stop_and_resume(tools, page):
    call = {"tool": "calendar", "operation": "events.create", "summary": "Put it in", "at": 9}
    tools.me["calls"] = [call | {"began": True}, call | {"began": False}]
    page.get_by_role("button", name="You").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Ana")
    expect(dialog).to_contain_text("Member")
    expect(dialog.get_by_role("listitem").filter(has_text="running")).to_have_count(1)
    expect(dialog.get_by_role("listitem").filter(has_text="waits for its turn")).to_have_count(1)
    expect(dialog).not_to_contain_text("events.delete")
    dialog.get_by_role("button", name="Stop").click()
    expect(own(page)).to_contain_text("/stop")
    tools.me["stopped"] = True
    page.get_by_role("button", name="You").click()
    expect(dialog).to_contain_text("Stopped: no change")
    dialog.get_by_role("button", name="Resume").click()
    expect(own(page).last).to_contain_text("/resume")


@pytest.mark.parametrize(
    ("browser_zone", "said"), [("Europe/Paris", False), ("Asia/Shanghai", True), ("UTC", True)]
)
def test_a_browser_with_other_clocks_is_told_whose_times_it_sees(open_page, browser_zone, said):
    page = open_page(timezone_id=browser_zone)
    if not said:
        page.get_by_role("button", name="You").click()
        expect(page.get_by_role("dialog")).to_contain_text("Europe/Berlin")
    expect(page.locator("#zone")).to_be_visible(visible=said)
    if said:
        expect(page.locator("#zone")).to_contain_text("Europe/Berlin")
        expect(page.locator("#zone")).to_contain_text(browser_zone)
        page.get_by_role("button", name="What to do").click()
        page.get_by_role("button", name=f"Use {browser_zone} from now on").click()
        expect(own(page)).to_contain_text(f"/timezone {browser_zone}")


def test_files_that_cannot_go_along_are_named_before_anything_is_sent(tools, page):
    page.locator("#picker").set_input_files([file(f"{n}.txt") for n in range(11)])
    expect(page.locator("#attachments .problem")).to_have_text("More than 10 files")
    page.get_by_role("button", name="Remove 10.txt").click()
    expect(page.locator("#attachments progress")).to_have_count(0)
    box(page).press_sequentially("/calendar events.list")
    box(page).press("Escape")
    box(page).press("Enter")
    expect(page.locator("#keys")).to_contain_text("`/calendar` takes no files")
    assert tools.received == []


def test_ids_of_a_list_are_quiet_and_a_day_stands_apart(page, backend):
    backend.answer("**Mon**\n\n- 12:00 **Lunch** · `3051165e`\n\n**Tue**\n\n- `code` · `1b4e28ba`")
    expect(answers(page)).to_have_count(1)

    assert answers(page).locator("code.id").all_inner_texts() == ["3051165e", "1b4e28ba"]
    expect(answers(page).locator(".markdown > p")).to_have_text(["Mon", "Tue"])
