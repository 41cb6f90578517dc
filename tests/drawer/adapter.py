"""A second tool for tests of what two of them do together."""

from tests.desk.adapter import DeskAdapter


class DrawerAdapter(DeskAdapter):
    """As the desk's."""
