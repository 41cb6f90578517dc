"""Where Teams' services are."""

from switchboard.channels.kit.teams_activity import is_at

SERVICES = ("smba.trafficmanager.net", ".botframework.com")
"""Where answers and pictures are, and so where our token may be sent."""


def serves(url: str, api: str) -> bool:
    """Whether a service of Teams is at the address, or it is the account's own `api`."""
    return is_at(url, *SERVICES, *filter(None, [api]))
