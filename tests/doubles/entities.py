"""Telegram's HTML as its server reads it: few tags, all of them closed. Source: tdlib/td."""

import re

TAGS = {
    "a", "b", "blockquote", "code", "del", "em", "i", "ins", "pre", "s", "span", "strike",
    "strong", "tg-emoji", "tg-spoiler", "u",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot));?")
_START = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]+)(\s*=\s*(\"[^\"]*\"|'[^']*'|[\w.-]+)?)?")


class EntityError(Exception):
    """The text is not HTML as Telegram has it."""


def plain(html: str) -> str:
    """The text without its markup. Raises EntityError."""
    shown: list[str] = []
    open_: list[str] = []
    at = 0
    while at < len(html):
        if html[at] == "<" and html[at + 1 : at + 2] == "/":
            at = _end(html, at, open_)
        elif html[at] == "<":
            at = _start(html, at, open_)
        elif found := _ENTITY.match(html, at):
            shown.append(_character(found))
            at = found.end()
        else:
            shown.append(html[at])
            at += 1
    if open_:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{open_[-1]}"')
    return "".join(shown)


def _start(html: str, at: int, open_: list[str]) -> int:
    found = _START.match(html, at)
    assert found is not None
    name, end = found[1].lower(), found.end()
    if end >= len(html):
        raise EntityError(f"Unclosed start tag at byte offset {_offset(html, at)}")
    if name not in TAGS:
        raise EntityError(f'Unsupported start tag "{name}" at byte offset {_offset(html, at)}')
    attributes = {}
    while html[end : end + 1] != ">":
        attribute = _ATTRIBUTE.match(html, end)
        if attribute is None or (attribute[2] and not attribute[3]):
            raise EntityError(f'Unclosed start tag "{name}" at byte offset {_offset(html, at)}')
        if attribute[2] is None and name != "blockquote":
            raise EntityError(
                f'Expected equal sign in declaration of an attribute of the tag "{name}" '
                f"at byte offset {_offset(html, at)}"
            )
        attributes[attribute[1].lower()] = (attribute[3] or "").strip("\"'")
        end = attribute.end()
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise EntityError(
            f'Tag "span" must have class "tg-spoiler" at byte offset {_offset(html, at)}'
        )
    open_.append(name)
    return end + 1


def _end(html: str, at: int, open_: list[str]) -> int:
    if not open_:
        raise EntityError(f"Unexpected end tag at byte offset {_offset(html, at)}")
    close = html.find(">", at)
    if close < 0:
        raise EntityError(f"Unclosed end tag at byte offset {_offset(html, at)}")
    name, expected = html[at + 2 : close].strip().lower(), open_.pop()
    if name not in {"", expected}:
        raise EntityError(
            f"Unmatched end tag at byte offset {_offset(html, at)}, "
            f'expected "</{expected}>", found "</{name}>"'
        )
    return close + 1


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code < 0x110000 else found[0]


def _offset(html: str, at: int) -> int:
    return len(html[:at].encode())
