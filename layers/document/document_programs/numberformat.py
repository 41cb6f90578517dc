"""What a cell shows: a number under its number format (ECMA-376 part 1, 18.8.30 and 18.8.31).

    shown(0.075, "0.0%") == "7.5%"

Where Excel follows its user's settings, dates are ISO 8601 and separators English. What Excel shows
as `####`, such as a date before 1900, is shown as a number.
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from .dateformat import is_date, written
from .digits import Digits
from .pieces import PIECES, Pieces, literal

BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);(#,##0.00)",
    41: "#,##0;-#,##0;-;@",
    42: "$#,##0;-$#,##0;$-;@",
    43: "#,##0.00;-#,##0.00;-;@",
    44: "$#,##0.00;-$#,##0.00;$-;@",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}
"""Formats that files name by number only; those of East Asia show dates as everywhere."""
CHINESE = {"1": "〇一二三四五六七八九", "2": "零壹贰叁肆伍陆柒捌玖", "3": "０１２３４５６７８９"}
UNITS = {"1": "十百千", "2": "拾佰仟"}
"""What `[DBNum1]` to `[DBNum3]` write."""
PRECISION = 15
"""Digits that a spreadsheet keeps of a number."""
EXACT = 2**53
"""Whole numbers below it are kept to the last digit."""
SMALLEST, LARGEST = -5, 20
"""Powers of ten between which a number is written out."""
NUMERIC = 3
"""Sections for numbers: positive, negative, zero. A fourth is for texts."""
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_COMPARED = {"<": (-1,), ">": (1,), "=": (0,), "<=": (-1, 0), ">=": (1, 0), "<>": (-1, 1)}


class Section(NamedTuple):
    pieces: Pieces
    condition: tuple[str, Decimal] | None


def shown(value: float | str, code: str, *, since_1904: bool = False) -> str:
    """What a cell with the format `code` shows of a number or a text."""
    sections = _sections(code)
    if isinstance(value, str):
        last = sections[-1].pieces
        used = len(sections) > NUMERIC or "@" in last
        return "".join(value if one == "@" else literal(one) for one in last) if used else value
    # A spreadsheet shows 15 digits; the 16th of an account's number is not lost for that.
    is_whole = abs(value) < EXACT and value == int(value)
    exact = Decimal(int(value)) if is_whole else Decimal(f"{value:.{PRECISION}g}")
    section, number = _chosen(sections, exact)
    if is_date(section):
        text = written(section, number, since_1904=since_1904)
        return general(number) if text is None else text
    return _number(section, number)


def general(number: Decimal) -> str:
    """A number as it is, without the noise of binary fractions."""
    if number and not SMALLEST <= number.adjusted() < LARGEST:
        digits, power = f"{number:.14E}".split("E")
        return f"{digits.rstrip('0').rstrip('.')}E{int(power):+03d}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def _sections(code: str) -> tuple[Section, ...]:
    parts: list[list[str]] = [[]]
    for piece in PIECES.findall(code):
        if piece == ";":
            parts.append([])
        else:
            parts[-1].append(piece)
    return tuple(map(_section, parts))


def _section(pieces: list[str]) -> Section:
    found = next(filter(None, map(_CONDITION.fullmatch, pieces)), None)
    condition = (found[1], Decimal(found[2])) if found else None
    return Section(tuple(one for one in pieces if not _CONDITION.fullmatch(one)), condition)


def _chosen(sections: tuple[Section, ...], number: Decimal) -> tuple[Pieces, Decimal]:
    """The section for a number, and the number without a sign where the section says it."""
    numeric = sections[:NUMERIC]
    if any(one.condition for one in numeric):
        holding = (one for one in numeric if not one.condition or _holds(one.condition, number))
        return next(holding, numeric[-1]).pieces, number
    if number < 0 and len(numeric) > 1:
        return numeric[1].pieces, -number
    return numeric[-1 if number == 0 and len(numeric) == NUMERIC else 0].pieces, number


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    sign, limit = condition
    return (number > limit) - (number < limit) in _COMPARED[sign]


def _number(pieces: Pieces, number: Decimal) -> str:
    chinese = next((one[6] for one in pieces if re.fullmatch(r"(?i)\[dbnum[123]\]", one)), "")
    plain = [one.lower() for one in pieces]
    if "general" in plain or "@" in plain:
        whole = general(abs(number))
        said = _in_words(whole, chinese) if chinese else whole
        text = "".join(
            said if low in ("general", "@") else literal(one)
            for low, one in zip(plain, pieces, strict=True)
        )
    elif "/" in pieces and _under(pieces):
        text = _fraction(pieces, abs(number))
    else:
        text = Digits(pieces).written(abs(number))
        if chinese:
            text = text.translate(dict(zip(map(ord, "0123456789"), CHINESE[chinese], strict=True)))
    signed = number < 0 and (chinese or re.search("[1-9]", text))
    return f"{'-' if signed else ''}{text.strip()}"


def _in_words(whole: str, kind: str) -> str:
    """An integer as Chinese reads it."""
    digits = CHINESE[kind]
    if kind not in UNITS or not whole.isdigit() or len(whole) > PRECISION:
        return "".join(digits[int(one)] if one.isdigit() else one for one in whole)
    text = ""
    for place, end in enumerate(range(len(whole), 0, -4)):
        group = whole[max(0, end - 4) : end]
        units = ("", *UNITS[kind])[len(group) - 1 :: -1]
        said = (
            digits[int(one)] + unit * (one != "0") for one, unit in zip(group, units, strict=True)
        )
        read = "".join(said).rstrip(digits[0])
        text = (read + ("", "万", "亿", "兆")[place] if read else digits[0]) + text
    text = re.sub(f"{digits[0]}+", digits[0], text)
    text = text.rstrip(digits[0]).lstrip(digits[0]) or digits[0]
    return text.removeprefix("一") if text.startswith("一十") else text


def _under(pieces: Pieces) -> str:
    """The denominator's places, or its digits."""
    after = "".join(pieces[pieces.index("/") + 1 :])
    return after[: len(after) - len(after.lstrip("0123456789#?"))]


def _fraction(pieces: Pieces, number: Decimal) -> str:
    """With a whole part where the format has room for one before the numerator."""
    under = _under(pieces)
    has_whole = (
        len("".join(one for one in pieces[: pieces.index("/")] if one in "0#? ").split()) > 1
    )
    whole = int(number) if has_whole else 0
    rest = Fraction(number) - whole
    if under.isdigit() and int(under):
        top, bottom = round(rest * int(under)), int(under)
    else:
        top, bottom = rest.limit_denominator(10 ** min(len(under), 4) - 1).as_integer_ratio()
    if has_whole and top == bottom:
        whole, top = whole + 1, 0
    parts = [str(whole)] if whole or (has_whole and not top) else []
    return " ".join([*parts, f"{top}/{bottom}"] if top or not has_whole else parts)
