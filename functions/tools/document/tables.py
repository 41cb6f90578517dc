"""Tables as they are written in files of their own."""

from pathlib import Path

from switchboard.errors import BadRequestError


def tables_apart(made: Path, name: str) -> list[Path]:
    """A file for each table, with the mark that tells spreadsheets that it is UTF-8."""
    tables = made.read_text(encoding="utf-8").split("\f")
    if not tables[0].strip():
        raise BadRequestError("no tables", say="no_tables", name=name)
    paths = [made]
    if len(tables) > 1:
        paths = [made.with_stem(f"{made.stem}-{index}") for index in range(1, len(tables) + 1)]
    for path, table in zip(paths, tables, strict=True):
        path.write_text(table.strip() + "\n", encoding="utf-8-sig")
    return paths
