"""The places for digits in a number format, and the digits in them."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from .pieces import Pieces, literal

PLACES = ("0", "#", "?")
WIDE = Context(prec=1_000)
"""Digits enough for any float under any format."""


class Digits:
    """A section's places for digits, and what stands between them."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.power = next(
            (at for at, one in enumerate(pieces) if re.fullmatch("[Ee][+-]", one)), None
        )
        places = [at for at, one in enumerate(pieces[: self.power]) if one in PLACES]
        dots = [at for at, one in enumerate(pieces[: self.power]) if one == "."]
        self.point = dots[0] if dots else len(pieces)
        self.before = [at for at in places if at < self.point]
        self.after = [at for at in places if at > self.point]
        commas = [at for at, one in enumerate(pieces) if one == "," and places]
        inner = [at for at in commas if self.before and self.before[0] < at < self.before[-1]]
        self.grouped = bool(inner)
        ends = {places[-1], self.before[-1] if self.before else -1} if places else set()
        scaling = [at for at in commas if at not in inner and self._follows(at, ends)]
        self.dropped = {*inner, *scaling}
        self.scale = 2 * pieces.count("%") - 3 * len(scaling)

    def _follows(self, at: int, ends: set[int]) -> bool:
        while at > 0 and self.pieces[at] == ",":
            at -= 1
        return at in ends

    def written(self, number: Decimal) -> str:
        if not self.before and not self.after:
            return "".join(map(literal, self.pieces))
        number = number.scaleb(self.scale)
        power = 0
        if self.power is not None and number:
            step = max(1, len(self.before))
            power = number.adjusted() // step * step
            if round(number.scaleb(-power), len(self.after)) >= 10**step:
                power += step
        rounded = number.scaleb(-power).quantize(
            Decimal(1).scaleb(-len(self.after)), ROUND_HALF_UP, WIDE
        )
        whole, _, part = f"{rounded:f}".partition(".")
        filled = self._whole(whole.lstrip("0")) | self._part(part)
        return "".join(self._piece(at, filled, power) for at in range(len(self.pieces)))

    def _whole(self, digits: str) -> dict[int, str]:
        """From the right; what is left over stands before the first place."""
        filled: dict[int, str] = {}
        if not self.before:
            return {self.point: f"{digits}."}
        count = 0
        for at in reversed(self.before):
            taken = digits if at == self.before[0] else digits[-1:]
            digits = digits[: len(digits) - len(taken)]
            filled[at] = ""
            for one in reversed(taken or {"0": "0", "?": " "}.get(self.pieces[at], "")):
                comma = "," if self.grouped and count and count % 3 == 0 and one != " " else ""
                filled[at] = f"{one}{comma}{filled[at]}"
                count += 1
        return filled

    def _part(self, digits: str) -> dict[int, str]:
        filled = dict(zip(self.after, digits, strict=True))
        for at in reversed(self.after):
            if self.pieces[at] == "0" or filled[at] != "0":
                break
            filled[at] = "" if self.pieces[at] == "#" else " "
        return filled

    def _piece(self, at: int, filled: dict[int, str], power: int) -> str:
        piece = self.pieces[at]
        if at in filled:
            return filled[at]
        if at in self.dropped:
            return ""
        if self.power is not None and at >= self.power:
            return self._exponent(at, power)
        return literal(piece)

    def _exponent(self, at: int, power: int) -> str:
        """`E`, the sign and the digits, all where the sign is; what follows them is literal."""
        width = len([one for one in self.pieces[self.power :] if one in PLACES])
        if at == self.power:
            sign = "-" if power < 0 else "+" if self.pieces[at][1] == "+" else ""
            return f"E{sign}{abs(power):0{width}d}"
        return "" if self.pieces[at] in PLACES else literal(self.pieces[at])
