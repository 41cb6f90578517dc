"""One newcomer's hour: the clone, what runs in it, and what came of each step."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect

from tests.hour.newcomer import Inside, Launcher, Newcomer

FIRST_SECONDS, AGAIN_SECONDS, PAGE_SECONDS = 240.0, 15.0, 1.5
"""What the first start, another one and the page may take, on a machine that does nothing else."""
PATIENCE_SECONDS = 900.0
"""For what takes longer than it may, so that it is told by how much."""
TOLD = 600
"""Characters of what was wrong; the transcript has all."""


@dataclass
class Hour:
    newcomer: Newcomer
    browser: Browser
    steps: int = 0
    failures: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    launcher: Launcher | None = None
    address: str = ""
    """The newest link to the chat page."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Something that may fail without ending the hour."""
        began = time.monotonic()
        self.steps += 1
        tell(f"{name} ...")
        try:
            yield
        except Exception as error:  # noqa: BLE001  whatever it is, the next step is tried
            self._fail(name, str(error))
        else:
            tell(f"ok {name} ({time.monotonic() - began:.1f} s)")

    def check(self, name: str, wrong: Callable[[], str]) -> None:
        """A small step, told only when something is wrong."""
        self.steps += 1
        if found := wrong():
            self._fail(name, found)

    def _fail(self, name: str, why: str) -> None:
        self.failures.append(name)
        tell(f"FAILED {name}: {why[:TOLD]}")

    def start(self, inside: Inside | None = None) -> float:
        """`make run`, until it prints its link; in how many seconds it did."""
        self.launcher = Launcher(self.newcomer, inside)
        self.address, took = self.launcher.link(PATIENCE_SECONDS)
        return took

    def up(self) -> None:
        if self.launcher is None:
            self.start()

    def down(self) -> str:
        """Ctrl-C; all that `make run` said."""
        launcher, self.launcher = self.launcher, None
        return launcher.stop() if launcher else ""

    @contextmanager
    def page(self, width: int = 1100) -> Iterator[Page]:
        """The chat page in a browser that has never seen it; its complaints fail the step."""
        complaints: list[str] = []
        context = self.browser.new_context(locale="en-GB", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        began = time.monotonic()
        page.goto(self.address)
        expect(page.get_by_role("textbox").first).to_be_visible()
        self.figures.setdefault("page_seconds", round(time.monotonic() - began, 2))
        try:
            yield page
        finally:
            context.close()
        assert complaints == []

    def quick(self, figure: str, most: float) -> None:
        assert self.figures[figure] <= most, f"it took {self.figures[figure]} s, over {most}"


def tell(text: str) -> None:
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()
