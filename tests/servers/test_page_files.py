"""Files in both directions."""

import re

import pytest
from playwright.sync_api import expect

from tests.servers.page_browser import answers, box, drop, file, look, own, say, shared


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


def test_an_upload_carries_the_headers_it_was_given_and_no_others(page, backend):
    backend.upload_headers = {"x-amz-meta-subject": "ben"}

    page.locator("#picker").set_input_files(file("report.txt"))

    expect(page.locator("#attachments li.done")).to_have_count(1)
    [(_, headers)] = backend.stored.values()
    assert headers["x-amz-meta-subject"] == "ben"
    assert "Content-Type" not in headers


def test_a_failed_upload_can_be_repeated(page, backend):
    backend.storage_status = 403
    page.locator("#picker").set_input_files(file("report.txt"))
    expect(page.locator("#attachments")).to_contain_text("Upload failed")
    backend.storage_status = 200
    backend.fail("uploads", status=500)
    page.get_by_role("button", name="Upload report.txt again").click()
    expect(page.locator("#attachments")).to_contain_text("The server had a problem.")
    say(page, "convert it")
    expect(page.get_by_text("Remove the file that could not be uploaded")).to_be_visible()
    page.get_by_role("button", name="Upload report.txt again").click()
    expect(page.locator("#attachments li.done")).to_have_count(1)
    box(page).press("Enter")

    expect(answers(page)).to_have_count(1)


@pytest.mark.parametrize(("size", "said"), [(20_000_001, "Larger than 20 MB"), (0, "Empty file")])
def test_a_file_that_cannot_be_taken_is_not_uploaded(page, backend, size, said):
    drop(page, "film.txt", size)

    expect(page.locator("#attachments")).to_contain_text(said)
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
