"""An answer as messages of its channel: its files, its flavour of Markdown, its size."""

import re
from collections.abc import Callable, Iterator

from switchboard.channels.base import Channel, Limits, Part
from switchboard.ledger import Answer
from switchboard.models import StoredFile
from switchboard.phrases import say

LINK_HOURS = 1
MARGIN = 200
"""Units kept free in every message: a code block closed and opened again, the mark of a repeat."""
MAX_FENCE, MAX_LANGUAGE = 40, 16
WORDLESS = "—"
"""What an answer without words is sent as: no platform takes an empty message."""

_UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


def parts(answer: Answer, channel: Channel, *, again: bool, sent: int = 0) -> list[Part]:
    """The messages to send, in order, when the first `sent` of the answer's have been.

    `again` marks the first of them: an earlier try may have sent it already.
    """
    result = answer.result
    files = result.result.files if result.result else ()
    text = result.text
    if files and not channel.takes_files:
        text = f"{text}\n\n{_links(files, answer)}"
    texts = split(text, channel.limits)
    marked = sent if again and not channel.sends_once else len(texts)
    mark = say("again", answer.locale)
    return [
        Part(
            text=channel.render(f"{mark}\n\n{piece}" if index == marked else piece),
            key=f"{result.id}-{index}",
            error=bool(result.error),
            files=files if channel.takes_files and index == len(texts) - 1 else (),
        )
        for index, piece in enumerate(texts)
    ][sent:]


def split(markdown: str, limits: Limits) -> list[str]:
    """Pieces that each fit, cut at lines, else anywhere; what is code stays code."""
    measure = _UNITS[limits.units]
    room = limits.text - MARGIN
    pieces: list[str] = []
    piece, opener, head, opened = "", "", 0, 0
    for line, whole in _lines(markdown, room, measure):
        closing = whole and _closes(line, opener)
        if not closing and measure(piece) + measure(line) > room:
            # A code block that has only been opened goes to the next piece as a whole.
            empty = bool(opener) and opened == len(piece)
            pieces.append(piece[:head] if empty else _closed(piece, opener))
            piece = f"{opener}\n" if opener else ""
            head, opened = 0, len(piece)
        piece += line
        if closing:
            opener = ""
        elif whole and not opener:
            opener = _opener(line)
            head, opened = len(piece) - len(line), len(piece)
    pieces.append(_closed(piece, opener))
    return [one.strip("\n") for one in pieces if one.strip()] or [WORDLESS]


def _opener(line: str) -> str:
    """The fence that opens a code block here, with its language; else nothing."""
    match = re.match(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`]*)", line)
    if match is None or len(match[1]) > MAX_FENCE:
        return ""
    return match[1] + match[2][:MAX_LANGUAGE]


def _closes(line: str, opener: str) -> bool:
    fence = _fence(opener)
    bare = line.strip()
    return bool(fence) and len(bare) >= len(fence) and not bare.strip(fence[0])


def _fence(opener: str) -> str:
    return opener[: len(opener) - len(opener.lstrip(opener[:1]))]


def _closed(piece: str, opener: str) -> str:
    if opener:
        return piece.removesuffix("\n") + "\n" + _fence(opener)
    return piece.strip("\n")


def _lines(markdown: str, room: int, measure: Callable[[str], int]) -> Iterator[tuple[str, bool]]:
    """Lines with their ends, none longer than there is room for, and whether each begins one."""
    for line in re.findall(r"[^\n]*\n|[^\n]+", markdown):
        rest, whole = line, True
        while measure(rest) > room:
            cut = room // 4 if measure(rest) > len(rest) else room
            while cut > 1 and rest[cut] in "`~ \t":  # the rest must not look like a fence
                cut -= 1
            yield rest[:cut], whole
            rest, whole = rest[cut:], False
        yield rest, whole


def _links(files: tuple[StoredFile, ...], answer: Answer) -> str:
    from switchboard import storage  # noqa: PLC0415  few answers have files

    lines = [say("files", answer.locale, hours=LINK_HOURS)]
    for file in files:
        name = file.name.replace("[", "(").replace("]", ")")
        lines.append(f"- [{name}]({storage.link(file, LINK_HOURS * 3600)})")
    return "\n".join(lines)
