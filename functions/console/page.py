"""The chat page as one file: its modules, its style and its icon are within it.

One request shows it, and a browser may keep it. What may run there is named by digest (W3C Content
Security Policy 3, `script-src` with hashes), so that nothing that is slipped in does.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).with_name("page")
START = "app.js"
_IMPORT = re.compile(r'^import (?:\{ ([\w, ]+) \}|(\w+)) from "\./([\w./-]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export \{ (\w+) as default \};$", re.MULTILINE)


class Page(Struct, frozen=True):
    """The page, and the digests of what runs and what styles there, as a policy names them."""

    html: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


@cache
def whole() -> Page:
    """The page of the files in FOLDER."""
    style, theme, modules = _read("style.css"), _read("theme.js"), "\n".join(_modules(START, set()))
    icon = b64encode((FOLDER / "icon.svg").read_bytes()).decode()
    html = _read("index.html").replace("icon.svg", f"data:image/svg+xml;base64,{icon}")
    for what, inside in (
        ('<link rel="stylesheet" href="style.css">', f"<style>{style}</style>"),
        ('<script src="theme.js"></script>', f"<script>{theme}</script>"),
        (
            f'<script type="module" src="{START}"></script>',
            f'<script type="module">{modules}</script>',
        ),
    ):
        html = html.replace(what, inside)
    return Page(html, (_digest(theme), _digest(modules)), (_digest(style),))


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    """The module and what it imports, each a block of its own, in the order in which they run."""
    seen.add(name)
    text = _read(name)
    for found in _IMPORT.finditer(text):
        needed = str(Path(name).parent / found[3])
        if needed not in seen:
            yield from _modules(needed, seen)
    names = [found[2] for found in _EXPORT.finditer(text)]
    names += [f"default: {found[1]}" for found in _DEFAULT.finditer(text)]
    text = _IMPORT.sub(_taken, text)
    text = _DEFAULT.sub("", _EXPORT.sub(r"\1 \2", text))
    yield f"const {_variable(name)} = (() => {{\n{text}\nreturn {{ {', '.join(names)} }};\n}})();"


def _taken(found: re.Match[str]) -> str:
    where = _variable(found[3])
    return f"const {{ {found[1] or f'default: {found[2]}'} }} = {where};"


def _variable(name: str) -> str:
    """What holds a module's exports: its file's name, as modules of one name there are none."""
    return "module_" + re.sub(r"\W", "_", Path(name).name)


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
