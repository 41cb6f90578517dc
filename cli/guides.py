"""What an operator does at each vendor, out of `cli/setup/<channel>.yaml`, in both languages."""

from pathlib import Path

from msgspec import Struct, yaml

from switchboard.text import Text

FOLDER = Path(__file__).with_name("setup")


class Guide(Struct, frozen=True, forbid_unknown_fields=True):
    """How one channel is set up in the vendor's console."""

    name: str
    title: Text
    url: str
    """The account `main`'s webhook at HOST."""
    permissions: tuple[Text, ...]
    """The least that works."""
    values: dict[str, Text]
    """Where each value that `switchboard connect` takes is found."""
    steps: tuple[Text, ...]
    limits: Text
    """What this channel cannot do."""


def load(name: str) -> Guide:
    return yaml.decode((FOLDER / f"{name}.yaml").read_bytes(), type=Guide)
