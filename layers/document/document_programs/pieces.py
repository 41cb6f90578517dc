"""A number format, taken apart: quoted words, colours, places for digits, parts of dates."""

import re

PIECES = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|General|AM/PM|A/P|上午/下午'
    r"|E[+-]|y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+|b+|g+|.",
    re.IGNORECASE | re.DOTALL,
)
Pieces = tuple[str, ...]


def literal(piece: str) -> str:
    """What a piece that is no placeholder writes."""
    if piece.startswith('"'):
        return piece.strip('"')
    if piece.startswith("[$"):
        return piece[2:-1].partition("-")[0]
    if piece.startswith(("[", "*")):
        return ""
    return " " if piece.startswith("_") else piece.removeprefix("\\")
