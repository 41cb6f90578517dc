"""An answer as messages of its channel: its files, its flavour of Markdown, its size."""

import re
from collections.abc import Callable, Iterator

from msgspec import structs

from functions.deliver import typable
from switchboard.channels.base import Limits, Part, Sender
from switchboard.ledger.replies import Reply
from switchboard.models import Button, StoredFile
from switchboard.phrases import say
from switchboard.sdk.kit.words import hushed

LINK_HOURS = 1
MARGIN = 200
"""Units kept free in every message: a code block closed and opened again, the mark of a repeat."""
MIN_ROOM = 100
"""Units of text that are worth showing before the link to all of it."""
MAX_FENCE, MAX_LANGUAGE = 40, 16
PLAIN, LAST = "-plain", "-last"
"""How the keys of a message end that is sent as less: it is another one to the platform."""
WORDLESS = "—"
"""What an answer without words is sent as: no platform takes an empty message."""

_UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


def parts(reply: Reply, sender: Sender, *, again: bool, sent: int = 0) -> list[Part]:
    """The messages to send, in order, when the first `sent` of the answer's have been.

    `again` marks the first of them: an earlier try may have sent it already. So is one marked that
    has waited for the person's next message.
    """
    reply = typable.typable(reply, sender.can.command)
    texts, files = _messages(reply, sender)
    buttons = _buttons(reply, sender)
    mark = _mark(reply, repeated=again and not sender.can.sends_once)
    texts = [f"{mark}{piece}" if index == sent else piece for index, piece in enumerate(texts)]
    return [
        Part(
            text=sender.render(piece),
            markdown=piece,
            key=f"{reply.result.id}-{index}",
            error=bool(reply.result.error),
            files=files if index == len(texts) - 1 else (),
            buttons=buttons if index == len(texts) - 1 else (),
        )
        for index, piece in enumerate(texts)
    ][sent:]


def _buttons(reply: Reply, sender: Sender) -> tuple[Button, ...]:
    if not sender.can.takes_buttons:
        return ()
    most = sender.can.limits.button_bytes
    return tuple(one for one in reply.result.buttons if len(one.says.encode()) <= most)


def less(part: Part, reply: Reply, sender: Sender) -> list[Part]:
    """What may still be taken of a message that the platform refuses; nothing at last."""
    if part.files:
        return _linked(part, reply, sender)
    if is_last(part):
        return []
    if part.plain:
        again = say("again", reply.locale) + "\n\n"
        mark = again if part.markdown.startswith(again) else ""
        words, key = mark + say("not_shown", reply.locale), part.key.removesuffix(PLAIN) + LAST
    else:
        from switchboard.channels.kit import plain  # noqa: PLC0415  few messages are refused

        words, key = hushed(plain.to_plain(part.markdown)), part.key + PLAIN
    return [structs.replace(part, text=words, key=key, plain=True, buttons=())]


def is_last(part: Part) -> bool:
    """Whether it is the sentence that says that no more was taken."""
    return part.key.endswith(LAST)


def _linked(part: Part, reply: Reply, sender: Sender) -> list[Part]:
    """The message without its files, and links to them."""
    text = _links(say("files", reply.locale, hours=LINK_HOURS), part.files)
    links = [
        Part(text=sender.render(piece), key=f"{part.key}-links{index}", markdown=piece)
        for index, piece in enumerate(split(text, sender.can.limits))
    ]
    return [structs.replace(part, files=()), *links]


def _mark(reply: Reply, *, repeated: bool) -> str:
    if repeated:
        return say("again", reply.locale) + "\n\n"
    return say("earlier", reply.locale) + "\n\n" if reply.held_at else ""


def _messages(reply: Reply, sender: Sender) -> tuple[list[str], tuple[StoredFile, ...]]:
    """The texts, and the files that go with the last of them; other files are links in it."""
    result, limits = reply.result, sender.can.limits
    files = result.result.files if result.result else ()
    attached = _attached(files, limits.file_bytes) if sender.can.takes_files else ()
    for fit in (attached, ()) if attached else ((),):
        linked = tuple(file for file in files if file not in fit)
        text = hushed(result.text)  # before it is cut: it may be longer
        if linked:
            text += "\n\n" + _links(say("files", reply.locale, hours=LINK_HOURS), linked)
        texts = split(text, limits)
        if not limits.answers or len(texts) + len(fit) <= limits.answers:
            return texts, fit
    return _capped(reply, sender, files)


def _attached(files: tuple[StoredFile, ...], room: int) -> tuple[StoredFile, ...]:
    """Those that are together not larger than one may be: all of them are in memory at once."""
    found: list[StoredFile] = []
    for file in files:
        if file.size <= room:
            found.append(file)
            room -= file.size
    return tuple(found)


def _capped(
    reply: Reply, sender: Sender, files: tuple[StoredFile, ...]
) -> tuple[list[str], tuple[StoredFile, ...]]:
    """As many messages as may answer one; the last says where all of it is, in a file or a link."""
    from switchboard import storage  # noqa: PLC0415  few answers are as long

    limits = sender.can.limits
    whole = storage.keep_text(reply.result.id, reply.result.text)
    whole = next((one for one in files if one.key == whole.key), whole)  # its row had no room
    files = tuple(one for one in files if one.key != whole.key)
    attach = (
        sender.can.takes_files
        and not files
        and limits.answers > 1
        and whole.size <= limits.file_bytes
    )
    count = limits.answers - 1 if attach else limits.answers
    if attach:
        tail = say("whole_in_file", reply.locale)
    else:
        tail = _links(say("whole", reply.locale, hours=LINK_HOURS), (whole, *files))
    texts = split(reply.result.text, limits)
    kept, rest = texts[: count - 1], texts[count - 1 :]
    room = limits.text - _UNITS[limits.units](tail) - 2
    if rest and room > MARGIN + MIN_ROOM:
        tail = f"{split(rest[0], structs.replace(limits, text=room))[0]}\n\n{tail}"
    return [*kept, tail], (whole,) if attach else ()


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


def _links(head: str, files: tuple[StoredFile, ...]) -> str:
    from switchboard import storage  # noqa: PLC0415  few answers have files

    lines = [head]
    for file in files:
        name = file.name.replace("[", "(").replace("]", ")")
        lines.append(f"- [{name}]({storage.link(file, LINK_HOURS * 3600)})")
    return "\n".join(lines)
