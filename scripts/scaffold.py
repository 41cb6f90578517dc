"""`make tool NAME=todoist`: the files of something new, out of `scripts/scaffolds/<kind>`.

A file's place and its words are those of its template, with the name filled in; what ends in
`.add.tmpl` is added to the end of the file that is there.
"""

import re
import sys
from pathlib import Path

from scripts.blocks import Block

NAME = re.compile(r"[a-z][a-z0-9]{1,30}")
SCAFFOLDS = Path("scripts/scaffolds")
CONFIG = Path("config/switchboard.yaml")


def written(kind: str, name: str) -> list[Path]:
    """The new files. Raises SystemExit when one of them is there already."""
    words = {"name": name, "title": name.capitalize()}
    made: dict[Path, str] = {}
    for template in sorted((SCAFFOLDS / kind).rglob("*.tmpl")):
        place = str(template.relative_to(SCAFFOLDS / kind)).removesuffix(".tmpl")
        text = Block(template.read_text(encoding="utf-8")).substitute(words)
        path = Path(place.replace("NAME", name))
        if path.suffix == ".add":
            path = path.with_suffix("")
            text = path.read_text(encoding="utf-8") + text
        elif path.exists():
            raise SystemExit(f"{path} is there already.")
        made[path] = text
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(made)


def connected(name: str) -> list[Path]:
    """Connect the tool: an entry of the configuration, in the alphabet's order."""
    head, begin, rest = CONFIG.read_text(encoding="utf-8").partition("\ntools:\n")
    tools, end, tail = rest.partition("\n\n")
    entries = re.split(r"\n(?=  \w)", tools)
    entries = sorted([*entries, f"  {name}: {{}}"])
    CONFIG.write_text(head + begin + "\n".join(entries) + end + tail, encoding="utf-8")
    return [CONFIG]


def main(kind: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise SystemExit(f"Give a name of lower-case letters and digits: make {kind} NAME=todoist")
    paths = written(kind, name)
    if kind == "tool":
        paths += connected(name)
    for path in paths:
        print(f"wrote {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
