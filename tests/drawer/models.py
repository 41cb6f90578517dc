"""Arguments of the drawer's one operation."""

from tests.desk.models import WriteNote

__all__ = ["WriteNote"]
