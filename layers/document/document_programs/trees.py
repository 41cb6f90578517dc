"""XML of office documents: names count without namespaces, of which strict files have others."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET


def name_of(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def children(element: ET.Element, *names: str) -> Iterator[ET.Element]:
    return (one for one in element if name_of(one) in names)


def attribute(element: ET.Element, name: str) -> str:
    """An attribute of this name in whatever namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
