"""Questions on the page, and one-time codes: they go to the server, and stay nowhere here."""

import re

import pytest
from playwright.sync_api import expect

from functions.approve import messages as approvals
from functions.console.page import FOLDER
from switchboard import control
from tests.kit import build
from tests.servers.page_browser import answers, box, look, own, say

REF, CODE = "K7Q2MX", "123456"
QUESTION = {"buttons": [{"label": "Approve", "says": f"/approve {REF}", "code": True}]}
QUESTION["buttons"].append({"label": "Deny", "says": f"/deny {REF}", "code": False})
KEPT = """
    window.kept = [];
    const real = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
        window.kept.push(value);
        real.call(this, key, value);
    };
"""
RECOVERY = ("abcd-efgh-2345", "abcd efgh 2345", "abcdefgh2345")
FORMS = ["{0}", "K7Q2MX {0}", "/approve {0}", "approve K7Q2MX {0}", "!sb approve {0}", "／批准 {0}"]
TEXTS = [
    form.format(code) for form in FORMS for code in (CODE, "123 456", "１２３-４５６", *RECOVERY)
]
TEXTS += [
    "/同意 k7q2mx 123456",
    "/deny K7Q2MX 123456",
    "/ approve\t123456",
    "APPROVE 123456",
    "12345",
]
TEXTS += [
    "1234567",
    "/calendar x 123456",
    "a b 123456",
    "/approve K7Q2MX",
    "organization",
    "approve",
]
TEXTS += [
    f"approve {'x' * 60} 123456",
    "/desk notes.list\n/approve K7Q2MX 123 456\n/desk notes.list",
    "/desk notes.list\n/approve K7Q2MX",
    "/desk notes.list\n123456",
    "/approve a b 123456",
    "hasOwn 123456",
    "constructor 123 456",
]


@pytest.fixture
def page(open_page, backend):
    page = open_page(script=KEPT)
    backend.answer("Shall it be deleted?", **QUESTION)
    look(page)
    expect(answers(page)).to_have_count(1)
    return page


def kept(page):
    """All that the page has put into the browser's storage since it was opened."""
    return page.evaluate("window.kept.join()")


def test_the_page_hides_what_the_server_takes_for_a_code(page):
    page.goto("about:blank")
    module = (FOLDER / "codes.js").read_text(encoding="utf-8")
    run = "async ([module, texts]) => { const { shownOf, mayHoldCode } = await import("
    run += "`data:text/javascript,${encodeURIComponent(module)}`);"
    run += " return texts.map((text) => [shownOf(text), mayHoldCode(text)]); }"
    for text, (shown, unkept) in zip(TEXTS, page.evaluate(run, [module, TEXTS]), strict=True):
        said = control.yes_or_no(text)
        hidden = said is not None and said.code
        assert shown == (_shown(text) if hidden else text)
        assert unkept or not hidden
    names = set(re.findall(r'[("]?([\w]+)"?: "(?:approve|deny)"', module))
    assert names == {
        name for word in control.words() if word.name in {"approve", "deny"} for name in word.names
    }


def _shown(text):
    return approvals.read(build.envelope(text), 0).envelope.text


@pytest.mark.parametrize("keeps_words", [True, False])
def test_approving_asks_for_the_code_and_keeps_it_nowhere(page, backend, keeps_words):
    backend.keeps_words = keeps_words
    backend.reply = lambda message: "Done."
    box(page).fill("half a thought")
    answers(page).get_by_role("button", name="Approve").click()
    field = page.get_by_label("Six digits of your authenticator").first
    expect(field).to_be_focused()
    expect(field).to_have_attribute("inputmode", "numeric")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    field.fill("12345")
    field.press("Enter")
    assert field.evaluate("node => node.validity.patternMismatch")
    field.fill("123 456")
    field.press("Enter")

    expect(answers(page)).to_have_count(2)
    assert backend.received[0]["text"] == f"/approve {REF} 123 456"
    expect(own(page)).to_contain_text(f"/approve {REF} ••••••")
    expect(box(page)).to_have_value("half a thought")
    box(page).fill("")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value(f"/approve {REF} ")
    assert "123 456" not in page.content() + kept(page)


def test_denying_needs_no_code_and_the_field_can_be_left(page, backend):
    answers(page).get_by_role("button", name="Approve").click()
    page.keyboard.press("Escape")
    expect(answers(page).get_by_role("button", name="Approve")).to_be_focused()
    answers(page).get_by_role("button", name="Deny").click()
    expect(own(page)).to_contain_text(f"/deny {REF}")
    assert [message["text"] for message in backend.received] == [f"/deny {REF}"]


@pytest.mark.parametrize("line", [f"/approve {REF} {CODE}", CODE, f"{REF} 123 456"])
def test_a_code_that_is_written_is_not_kept_while_it_is(page, backend, line):
    box(page).press_sequentially(line)
    box(page).press("Enter")
    expect(own(page)).to_contain_text("••••••")
    backend.wait_until(lambda: backend.received)
    assert backend.received[0]["text"] == line
    assert not re.search(r"(?<!\d)123", kept(page).replace(backend.received[0]["id"], ""))


def test_an_approval_that_did_not_go_out_is_written_again_with_a_new_code(page, backend):
    backend.fail("webhook", status=500)
    say(page, f"/approve {REF} {CODE}")
    page.get_by_role("button", name="Retry").click()
    expect(box(page)).to_have_value(f"/approve {REF} ")
    trouble = [backend.fail("webhook", lost=True) for _ in range(9)]
    say(page, f"/approve {REF} {CODE}")
    backend.wait_until(lambda: len(backend.attempts) > 1)
    page.reload()
    expect(own(page).last).to_contain_text("Codes are not kept")
    assert trouble
    assert CODE not in page.content() + kept(page)
    assert backend.received == []
