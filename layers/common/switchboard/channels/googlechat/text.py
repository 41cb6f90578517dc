"""Markdown as Google Chat has it. Source: developers.google.com/workspace/chat/format-messages."""

import re
from functools import cache
from typing import Any

import mistune

from switchboard.channels.kit.markup import ITEM, Html


class _Text(Html):
    """Characters mark what stands out: *bold*, _italic_, ~struck~, `code`, <address|words>."""

    def text(self, text: str) -> str:
        # Angle brackets make a link or a mention (<users/all>): others' words make none.
        return re.sub(r"<(?=[\w/])", "<\u200b", text)

    def strong(self, text: str) -> str:
        return f"*{text}*"

    def emphasis(self, text: str) -> str:
        return f"_{text}_"

    def strikethrough(self, text: str) -> str:
        return f"~{text}~"

    def codespan(self, text: str) -> str:
        return f"`{text}`"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not url.startswith(("https://", "http://", "mailto:")):
            return text
        words = re.sub(r"[<>|]", "", text)
        return f"<{re.sub(r'[<>|]', '', url)}|{words}>"

    def inline_html(self, html: str) -> str:
        return self.text(html)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"*{text}*\n\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return f"```\n{code.rstrip()}\n```\n\n"

    def block_quote(self, text: str) -> str:
        return "\n".join(f"> {line}" for line in text.strip().splitlines()) + "\n\n"

    def block_html(self, html: str) -> str:
        return f"{self.text(html)}\n\n"


def render(markdown: str) -> str:
    """What stands out stands out; tables, which Google Chat lacks, stay as they are written."""
    return str(_parser()(markdown.replace(ITEM, ""))).strip()


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=_Text(escape=False), plugins=["strikethrough"])
