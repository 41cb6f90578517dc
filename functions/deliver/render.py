"""An answer as messages of its channel: its files, its flavour of Markdown, its size."""

from collections.abc import Callable

from switchboard import storage
from switchboard.channels.base import Channel, Limits, Part
from switchboard.ledger import Answer
from switchboard.models import StoredFile
from switchboard.phrases import say

LINK_HOURS = 1
FENCE = "```"

_UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


def parts(answer: Answer, channel: Channel, *, again: bool) -> list[Part]:
    """The messages to send, in order. `again` marks a second try that may repeat the first."""
    result = answer.result
    files = result.result.files if result.result else ()
    text = result.text
    if files and not channel.takes_files:
        text = f"{text}\n\n{_links(files, answer)}"
    if again and not channel.sends_once:
        text = f"{say('again', answer.locale)} {text}"
    texts = split(text, channel.limits)
    return [
        Part(
            text=channel.render(piece),
            key=f"{result.id}-{index}",
            error=bool(result.error),
            files=files if channel.takes_files and index == len(texts) - 1 else (),
        )
        for index, piece in enumerate(texts)
    ]


def split(markdown: str, limits: Limits) -> list[str]:
    """Pieces that each fit, cut at paragraphs, else lines, else anywhere; code stays code."""
    measure = _UNITS[limits.units]
    room = limits.text - 2 * len(FENCE) - 40  # to close a code block and open it again
    pieces: list[str] = []
    piece, fence = "", ""
    for line in _lines(markdown, room, measure):
        if piece and measure(piece) + measure(line) > room:
            pieces.append(_closed(piece, fence))
            piece = f"{fence}\n" if fence else ""
        piece += line
        if line.lstrip().startswith(FENCE):
            fence = "" if fence else line.strip()[:32]
    return [*pieces, _closed(piece, fence)]


def _closed(piece: str, fence: str) -> str:
    return piece.strip("\n") + (f"\n{FENCE}" if fence else "")


def _lines(markdown: str, room: int, measure: Callable[[str], int]) -> list[str]:
    """Lines with their ends, none longer than there is room for."""
    found: list[str] = []
    for line in markdown.splitlines(keepends=True):
        rest = line
        while measure(rest) > room:
            cut = room // 4 if measure(rest) > len(rest) else room
            found.append(rest[:cut])
            rest = rest[cut:]
        found.append(rest)
    return found


def _links(files: tuple[StoredFile, ...], answer: Answer) -> str:
    lines = [say("files", answer.locale, hours=LINK_HOURS)]
    for file in files:
        name = file.name.replace("[", "(").replace("]", ")")
        lines.append(f"- [{name}]({storage.link(file, LINK_HOURS * 3600)})")
    return "\n".join(lines)
