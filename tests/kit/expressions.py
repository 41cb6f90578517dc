"""DynamoDB's expressions, as far as our code uses them; anything else is refused loudly.

Source: DynamoDB Developer Guide, "Condition and filter expressions" and "Update expressions".
"""

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

Item = dict[str, dict[str, Any]]
Attribute = dict[str, Any]
Values = Mapping[str, Attribute]
Operand = Callable[[Item, Values], Attribute | None]
Condition = Callable[[Item, Values], bool]
"""Of a row, with what stands for `:name` this time: an expression is read once and used often."""

_TOKEN = re.compile(r"\s*(#?[A-Za-z_][A-Za-z0-9_]*|:[A-Za-z0-9_]+|\d+|<=|>=|<>|[=<>()\[\],+-])")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
RESERVED = frozenset(Path(__file__).with_name("reserved.txt").read_text().split())
"""DynamoDB's words that a field may be called in an expression only by a name of its own (Developer
Guide, "Reserved words in DynamoDB")."""


class UnsupportedError(Exception):
    """The expression is wrong, or uses what this fake does not know. Never caught."""


@dataclass(frozen=True)
class Path:
    """A top-level attribute, or one entry of a list."""

    name: str
    index: int | None = None

    @property
    def of(self) -> Callable[[Item], Attribute | None]:
        """What a row has there."""
        name, index = self.name, self.index
        if index is None:
            return lambda item: item.get(name)

        def entry(item: Item) -> Attribute | None:
            entries = item.get(name, {}).get("L", [])
            return entries[index] if index < len(entries) else None

        return entry


class Comparison(NamedTuple):
    left: str
    sign: str
    right: str


class Reader:
    """Reads one expression with its names and its values' names; knows which of them were used."""

    def __init__(self, text: str, names: Mapping[str, str], values: Collection[str]) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._names, self._values = names, values
        self.used: set[str] = set()
        self.compared: list[Comparison] = []
        """What a key condition is judged by."""
        self.touched: frozenset[str] = frozenset()
        """What an update changes."""

    def condition(self) -> Condition:
        found = self._any()
        self.end()
        return found

    def end(self) -> None:
        if self.peek():
            raise UnsupportedError(f"not understood: {self._tokens[self._at :]}")

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token.upper() != wanted):
            raise UnsupportedError(f"{wanted or 'more'} expected, not {token!r}")
        self._at += 1
        return token

    def path(self) -> Path:
        token = self.take()
        if token.startswith("#"):
            if token not in self._names:
                raise UnsupportedError(f"name {token} is not given")
            self.used.add(token)
            name = self._names[token]
        elif token[0].isalpha():
            name = token
            if name.lower() in RESERVED:
                raise UnsupportedError(f"{name} is a reserved word")
        else:
            raise UnsupportedError(f"a path expected, not {token!r}")
        if self.peek() != "[":
            return Path(name)
        self.take("[")
        index = int(self.take())
        self.take("]")
        return Path(name, index)

    def operand(self) -> Operand:
        """A path, a value, or one of the functions that give one."""
        token = self.peek()
        if token.startswith(":"):
            self.take()
            if token not in self._values:
                raise UnsupportedError(f"value {token} is not given")
            self.used.add(token)
            return lambda item, values: values[token]
        function = _VALUE_FUNCTIONS.get(token)
        if function is not None and self._tokens[self._at + 1 : self._at + 2] == ["("]:
            self.take()
            self.take("(")
            made = function(self)
            self.take(")")
            return made
        of = self.path().of
        return lambda item, values: of(item)

    def _any(self) -> Condition:
        sides = [self._all()]
        while self.peek().upper() == "OR":
            self.take()
            sides.append(self._all())
        return reduce(_either, sides)

    def _all(self) -> Condition:
        sides = [self._one()]
        while self.peek().upper() == "AND":
            self.take()
            sides.append(self._one())
        return reduce(_both, sides)

    def _one(self) -> Condition:
        token = self.peek()
        if token.upper() == "NOT":
            self.take()
            inner = self._one()
            return lambda item, values: not inner(item, values)
        if token == "(":
            self.take()
            inner = self._any()
            self.take(")")
            return inner
        if token in {"attribute_exists", "attribute_not_exists", "begins_with"}:
            return self._function(self.take())
        return self._comparison()

    def _function(self, name: str) -> Condition:
        self.take("(")
        of = self.path().of
        if name == "begins_with":
            self.take(",")
            start = self.operand()
            self.take(")")
            return lambda item, values: _begins(of(item), start(item, values))
        self.take(")")
        if name == "attribute_exists":
            return lambda item, values: of(item) is not None
        return lambda item, values: of(item) is None

    def _comparison(self) -> Condition:
        subject = self.peek()
        left = self.operand()
        sign = self.take()
        if sign not in _COMPARE:
            raise UnsupportedError(f"a comparison expected, not {sign!r}")
        self.compared.append(Comparison(subject, sign, self.peek()))
        right = self.operand()
        return lambda item, values: _holds(sign, left(item, values), right(item, values))


def _either(one: Condition, other: Condition) -> Condition:
    return lambda item, values: one(item, values) or other(item, values)


def _both(one: Condition, other: Condition) -> Condition:
    return lambda item, values: one(item, values) and other(item, values)


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnsupportedError(f"not understood: {text[at:]!r}")
        found.append(match.group(1))
        at = match.end()
    return found


def _size(reader: Reader) -> Operand:
    of = reader.path().of

    def size(item: Item, values: Values) -> Attribute | None:
        found = of(item)
        if found is None or not ({"S", "L"} & set(found)):
            return None
        body = found.get("L", found.get("S", "").encode() if "S" in found else [])
        return {"N": str(len(body))}

    return size


def _if_not_exists(reader: Reader) -> Operand:
    of = reader.path().of
    reader.take(",")
    other = reader.operand()
    return lambda item, values: of(item) or other(item, values)


def _list_append(reader: Reader) -> Operand:
    left = reader.operand()
    reader.take(",")
    right = reader.operand()

    def joined(item: Item, values: Values) -> Attribute | None:
        first, second = left(item, values), right(item, values)
        if first is None or second is None:
            return None
        return {"L": [*first["L"], *second["L"]]}

    return joined


_VALUE_FUNCTIONS: dict[str, Callable[[Reader], Operand]] = {
    "size": _size,
    "if_not_exists": _if_not_exists,
    "list_append": _list_append,
}


def _begins(value: Attribute | None, start: Attribute | None) -> bool:
    if value is None or start is None or "S" not in value:
        return False
    return bool(value["S"].startswith(start["S"]))


def _holds(sign: str, left: Attribute | None, right: Attribute | None) -> bool:
    """Whatever is missing, or of another type, makes no comparison true but `<>`."""
    if left is None or right is None:
        return sign == "<>"
    (kind,) = left
    if kind not in right:
        return sign == "<>"
    if kind == "N" and left[kind] != right[kind]:
        return _COMPARE[sign](Decimal(left[kind]), Decimal(right[kind]))
    if kind == "L" and sign not in {"=", "<>"}:
        return False
    return _COMPARE[sign](left[kind], right[kind])
