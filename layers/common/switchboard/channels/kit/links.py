"""Links to files that a platform does not take."""

from switchboard.models import StoredFile

LINK_SECONDS = 3600


def link(file: StoredFile) -> str:
    """A link to the file under its name, in Markdown."""
    from switchboard import storage  # noqa: PLC0415  ingest sends nothing

    name = file.name.replace("[", "(").replace("]", ")")
    return f"[{name}]({storage.link(file, LINK_SECONDS)})"
