"""Markdown as people write it, for pandoc: what in it is a formula, and what begins it."""

import re

import yaml

DOLLAR = "\U0010f024"
"""A dollar sign of prices and paths; dollars.lua turns it back when pandoc has read the text."""
READER = "gfm+attributes+definition_lists+east_asian_line_breaks"
_FRONT = re.compile(r"---\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_SIGN = re.compile(r"\\.|\$+", re.DOTALL)
_BESIDE = "(?:`|[^\\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])"
"""A letter or digit, or what begins code. Among Chinese characters formulas need no blanks."""
_INSIDE = r"(?:\\.|[^\\$`\n]|\n(?!\s*\n))"
_FORMULA = re.compile(
    rf"(?<!{_BESIDE})\$(?:`[^`$]+`|(?!\s)(?P<inline>{_INSIDE}+)(?<!\s)|\$(?P<shown>{_INSIDE}+)\$)"
    rf"\$(?!{_BESIDE})",
    re.DOTALL,
)
_PROSE = re.compile(
    r"[\d.,][^=+^_\\{}<>|*]*([^\W\d_]{2}[^=+^_\\{}<>|*]*|[-/,;:])|.*[(\[{]"
    r"|\d[^(\[]*[)\]].*|\d[^=^_\\{}]*[.!?]\s.*",
    re.DOTALL,
)
"""A number with words behind it and no sign of a formula, or something that only begins, or a
number with which a bracket or a sentence ends."""
MAX_FRONT = 100_000
"""Characters of the YAML that a text may begin with."""


def read(text: str) -> tuple[str, str]:
    """The pandoc reader for it, and the text for that."""
    metadata = "+" if _has_metadata(text) else "-"
    return f"{READER}{metadata}yaml_metadata_block", _without_prices(text)


def _has_metadata(text: str) -> bool:
    """Whether it begins with YAML; pandoc refuses a document where that is malformed."""
    front = _FRONT.match(text[:MAX_FRONT])
    try:
        # Everything is a string in it: a date that does not exist is the writer's business.
        return isinstance(front and yaml.load(front[1], yaml.BaseLoader), dict)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


def _without_prices(text: str) -> str:
    """With DOLLAR for every sign that neither opens nor closes a formula.

    As on GitHub there is no formula next to a letter or digit, and the next sign ends it. Which
    are in code or in an address does not matter: all are turned back.
    """
    made: list[str] = []
    at = 0
    while sign := _SIGN.search(text, at):
        made.append(text[at : sign.start()])
        at = sign.end()
        if sign[0][0] == "$" and (formula := _formula(text, sign.start())):
            made.append(formula)
            at = sign.start() + len(formula)
        else:
            made.append(sign[0].replace("$", DOLLAR) if sign[0][0] == "$" else sign[0])
    return "".join([*made, text[at:]])


def _formula(text: str, start: int) -> str:
    """The formula that begins there; empty when none does."""
    found = _FORMULA.match(text, start)
    if found is None:
        return ""
    return "" if _PROSE.fullmatch(found["inline"] or "") else found[0]
