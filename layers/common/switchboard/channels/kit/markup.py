"""Markdown as the platforms want it that do not take Markdown."""

from functools import cache
from html import escape
from typing import Any

import mistune

ITEM = "\ue000"
"""Where an item begins, until its list knows whether it counts: a character for private use."""


class Html(mistune.HTMLRenderer):
    """The few tags that Telegram knows (core.telegram.org/bots/api#html-style)."""

    def text(self, text: str) -> str:
        return escape(text, quote=False)

    def strong(self, text: str) -> str:
        return f"<b>{text}</b>"

    def emphasis(self, text: str) -> str:
        return f"<i>{text}</i>"

    def strikethrough(self, text: str) -> str:
        return f"<s>{text}</s>"

    def codespan(self, text: str) -> str:
        return f"<code>{escape(text, quote=False)}</code>"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not url.startswith(("https://", "http://", "mailto:")):
            return text
        return f'<a href="{escape(url)}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(text or url, url)

    def linebreak(self) -> str:
        return "\n"

    def softbreak(self) -> str:
        return "\n"

    def inline_html(self, html: str) -> str:
        return escape(html, quote=False)

    def paragraph(self, text: str) -> str:
        return f"{text}\n\n"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<b>{text}</b>\n\n"

    def thematic_break(self) -> str:
        return "———\n\n"

    def block_text(self, text: str) -> str:
        return f"{text}\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"<pre>{escape(code.rstrip(), quote=False)}</pre>\n\n"

    def block_quote(self, text: str) -> str:
        return f"<blockquote>{text.strip()}</blockquote>\n\n"

    def block_html(self, html: str) -> str:
        return f"{escape(html, quote=False)}\n\n"

    def list(self, text: str, ordered: bool, **attrs: Any) -> str:
        first, *items = text.split(ITEM)
        start = int(attrs.get("start") or 1)
        signs = [f"{start + index}. " if ordered else "• " for index in range(len(items))]
        marked = (sign + item for sign, item in zip(signs, items, strict=True))
        return f"{first}{''.join(marked)}\n"

    def list_item(self, text: str) -> str:
        lines = text.strip().splitlines() or [""]
        return "\n".join([f"{ITEM}{lines[0]}", *(f"  {line}" for line in lines[1:])]) + "\n"


class _RichHtml(mistune.HTMLRenderer):
    """The tags of spec.matrix.org (client-server API, m.room.message, HTML)."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.link(text or url, url, title)


def to_html(markdown: str) -> str:
    """Telegram's HTML: formatting that it lacks (tables, headings) becomes what reads the same."""
    return str(_parser()(markdown.replace(ITEM, ""))).strip()


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=Html(escape=False), plugins=["strikethrough"])


def to_rich_html(markdown: str) -> str:
    """HTML with everything that Markdown has; pictures become links, HTML in it is shown as text.

    A line break stays one, as in every chat.
    """
    return str(_rich_parser()(markdown)).strip()


@cache
def _rich_parser() -> mistune.Markdown:
    plugins = ["strikethrough", "table"]
    return mistune.create_markdown(renderer=_RichHtml(), hard_wrap=True, plugins=plugins)
