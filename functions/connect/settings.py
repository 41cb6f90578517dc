"""What the page needs to be told."""

from switchboard.settings import Settings


class ConnectSettings(Settings, frozen=True):
    public_url: str
    """Where people reach the API."""
    oauth_parameter: str
    """Before the name of a tool: the encrypted parameter with the operator's client at its
    vendor's, as `/<stack>/oauth/`."""
