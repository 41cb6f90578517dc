"""What an operator does at each vendor, out of `cli/setup/<channel>.yaml`, in both languages."""

from pathlib import Path

from msgspec import Struct, yaml

FOLDER = Path(__file__).with_name("setup")


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    zh: str


class Guide(Struct, frozen=True, forbid_unknown_fields=True):
    """How one channel is set up in the vendor's console."""

    name: str
    title: Words
    url: str
    """The account `main`'s webhook at HOST."""
    permissions: tuple[Words, ...]
    """The least that works."""
    values: dict[str, Words]
    """Where each value that `switchboard connect` takes is found."""
    steps: tuple[Words, ...]
    limits: Words
    """What this channel cannot do."""


def load(name: str) -> Guide:
    return yaml.decode((FOLDER / f"{name}.yaml").read_bytes(), type=Guide)
