"""Quotation marks of all languages, and what stands in them on a command line."""

from switchboard.errors import UnclearError

CLOSERS = {
    '"': '"”“',
    "'": "'’‘",
    "“": '”"“',
    "”": '”"',
    "„": '“”"‟',
    "‟": '”"',
    "‘": "’'‘",
    "‚": "‘’'",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "｢": "｣",
    "﹁": "﹂",
    "﹃": "﹄",
    "〝": "〞〟",
}
"""What may end a quotation, by what begins it, the right one first: keyboards make others too.
Source: Unicode CLDR, quotationStart and quotationEnd of all languages."""
_KEPT = {*CLOSERS, *"".join(CLOSERS.values()), "\\"}
"""What a backslash in quotes keeps."""
_APOSTROPHES = {"'", "’"}
_SPACED = {"«", "‹"}
"""Quotation marks inside of which French sets blanks."""
_FULL_WIDTH = str.maketrans("／＝＂＇", "/=\"'")


def quoted(line: str, at: int) -> tuple[str, int]:
    """What is in quotes, and what is after them. Pairs of other quotes in them stay, if that is
    how the line can be read.
    """
    found = _up_to_its_end(line, at, pairs=True) or _up_to_its_end(line, at, pairs=False)
    if found is None:
        raise UnclearError("quote", say="open_quote")
    text, end = found
    return (text.strip() if line[at] in _SPACED else text), end


def plain(char: str) -> str:
    return char.translate(_FULL_WIDTH)


def _up_to_its_end(line: str, at: int, *, pairs: bool) -> tuple[str, int] | None:
    closers = CLOSERS[plain(line[at])]
    within = ""
    text: list[str] = []
    at += 1
    while at < len(line):
        char = plain(line[at])
        if char == "\\" and at + 1 < len(line) and plain(line[at + 1]) in _KEPT:
            at += 1
        elif within:
            within = "" if char in within else within
        elif pairs and _begins_a_pair(line, at, closers):
            within = CLOSERS[char]
        elif char in closers and not _is_inside_a_word(line, at):
            return "".join(text), at + 1
        text.append(line[at])
        at += 1
    return None


def _begins_a_pair(line: str, at: int, closers: str) -> bool:
    """Whether a quotation in other quotes begins here: it has its end, and after that we ours.

    The sign that began ours begins another only after a blank: `“so“` is one quotation.
    """
    if line[at] not in CLOSERS or line[at] in f"\"'’{closers[0]}":
        return False
    if CLOSERS[line[at]] == closers and not line[at - 1].isspace():
        return False
    ends = (line.find(end, at + 1) for end in CLOSERS[line[at]] if end not in "\"'")
    own = min((end for end in ends if end > 0), default=len(line))
    return any(line.find(end, own + 1) > 0 for end in closers)


def _is_inside_a_word(line: str, at: int) -> bool:
    """Whether it is an apostrophe, as in `it's`: with Latin, Greek or Cyrillic on both sides."""
    if line[at] not in _APOSTROPHES:
        return False
    around = line[at - 1 : at] + line[at + 1 : at + 2]
    return len(around) > 1 and around.isalpha() and max(around) < "\u0600"
