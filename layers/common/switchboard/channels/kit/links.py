"""Links to files that a platform does not take."""

from switchboard import storage
from switchboard.models import StoredFile

LINK_SECONDS = 3600


def link(file: StoredFile) -> str:
    """A link to the file under its name, in Markdown."""
    name = file.name.replace("[", "(").replace("]", ")")
    return f"[{name}]({storage.link(file, LINK_SECONDS)})"
