"""`make picture`: docs/page.png, the chat page with answers of the real calendar tool.

Beside it is the list of tools, as a telephone shows it. The clock, the ids, the language, the zone
and the fonts (the document tool's) are given, so that the same page makes the same picture.
"""

import os
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_DNS, uuid5

from playwright.sync_api import Browser, expect, sync_playwright

from functions.console import catalogue
from tests.kit import build, environment, layer
from tests.servers.caldav_servers import NOW, USER, Calendar, asking, serving
from tests.servers.page_backend import Backend
from tests.servers.page_browser import ARGUMENTS

PICTURE = Path("docs/page.png")
HEIGHT, DESK, PHONE = 800, 800, 399
FONTS = """<fontconfig><dir>{}</dir><cachedir>{}</cachedir>
<alias><family>monospace</family><prefer><family>Noto Sans Mono</family></prefer></alias>
<match><edit name="family" mode="append_last"><string>Noto Sans</string></edit></match>
</fontconfig>"""
EVENTS = {
    "Stand-up": ("2026-03-17T09:30", "2026-03-17T09:45"),
    "Dentist": ("2026-03-17T16:00", "2026-03-17T16:45"),
    "Release 1.4": ("2026-03-18T10:00", "2026-03-18T11:30"),
    "Lunch": ("2026-03-18T12:00", "2026-03-18T13:00"),
}
SIDE = "<img src='data:image/png;base64,{}'>"


def drawn() -> bytes:
    """The picture, as a PNG: a window, and a telephone beside it."""
    layer.make()
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        config = folder / "fonts.xml"
        config.write_text(FONTS.format(layer.PROGRAMS / "fonts", folder))
        fonts = {**os.environ, "FONTCONFIG_FILE": str(config)}
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS, env=fonts
        )
        sides = _sides(browser, folder)
        page = browser.new_page(viewport={"width": DESK + 1 + PHONE, "height": HEIGHT})
        both = "".join(SIDE.format(b64encode(side).decode()) for side in sides)
        page.set_content(f"<body style='margin:0;display:flex;gap:1px;background:#ccc'>{both}")
        return page.screenshot()


def _sides(browser: Browser, folder: Path) -> list[bytes]:
    with Backend() as backend:
        backend.tools = {"en": catalogue.listed(build.person("admin"), "en")}
        for place, (line, text) in enumerate(_conversation(folder)):
            at = NOW.timestamp() + 60 * place
            said = {"id": str(place), "text": line, "attachments": [], "at": at}
            backend.mailbox.append(("said", said))
            backend.answer(text, to=said["id"], id=f"to {place}", at=at + 1)
        return [_side(browser, backend, width) for width in (DESK, PHONE)]


def _conversation(folder: Path) -> Iterator[tuple[str, str]]:
    """What is said, and what the calendar's tool answers to it."""
    with serving("radicale", folder) as address:
        home = f"{address}/{USER}/"
        Calendar("radicale", f"{address}/", home, f"{home}work/", folder).add("work")
        ask = asking(f"{address}/")
        made = [
            ask("events.create", key=uuid5(NAMESPACE_DNS, title), title=title, start=start, end=end)
            for title, (start, end) in EVENTS.items()
        ]
        line = '/calendar events.create Lunch start="wednesday 12:00" duration=60'
        yield line, made[-1].text
        listed = ask("events.list", from_="2026-03-16", to="2026-03-18")
        yield "/calendar events.list to=wednesday", listed.text


def _side(browser: Browser, backend: Backend, width: int) -> bytes:
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        locale="en-GB",
        timezone_id="Europe/Berlin",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW.timestamp() + 300)
    page.goto(backend.link)
    expect(page.locator("article.answer")).to_have_count(2)
    if width == PHONE:
        page.get_by_role("button", name="Tools").click()
        expect(page.get_by_role("heading", name="calendar")).to_be_visible()
    page.evaluate("document.activeElement.blur()")  # or a caret blinks
    picture = page.screenshot()
    context.close()
    return picture


def main() -> None:
    environment.provide()
    PICTURE.write_bytes(drawn())


if __name__ == "__main__":
    main()
