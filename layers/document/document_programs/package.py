"""The parts of an office document of Microsoft's and how they hang together (ECMA-376 part 2)."""

import posixpath
from collections.abc import Iterator
from functools import cached_property
from xml.etree import ElementTree as ET
from zipfile import ZipFile


class Package:
    """Raises KeyError and ParseError where a part is not there or is no XML."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self._names = frozenset(archive.namelist())

    @cached_property
    def main(self) -> str:
        """The path of the part that is the document itself, whatever its name."""
        return next(self.related("", "officeDocument"))

    def parsed(self, path: str) -> ET.Element:
        return ET.fromstring(self.archive.read(path))  # noqa: S314  expat bounds entities

    def links(self, path: str) -> dict[str, ET.Element]:
        """What the part at `path` links to, by the link's id."""
        folder, name = posixpath.split(path)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found = self.parsed(rels) if rels in self._names else ()
        return {link.get("Id", ""): link for link in found}

    def related(self, path: str, kind: str) -> Iterator[str]:
        """The parts that the part at `path` links to as a `kind`."""
        for link in self.links(path).values():
            if link.get("Type", "").endswith(f"/{kind}"):
                yield self.joined(path, link.get("Target", ""))

    @staticmethod
    def joined(path: str, target: str) -> str:
        """Where a link leads from the part at `path`."""
        return posixpath.normpath(posixpath.join("/", posixpath.dirname(path), target)).lstrip("/")
