"""What signing in needs to be told."""

from switchboard.settings import Settings


class SigninSettings(Settings, frozen=True):
    channels_parameter: str
    """The encrypted parameter with what signs sessions: `web/account` to names and values."""
    signin_parameter: str
    """The encrypted parameter with our secret at the provider of OpenID Connect."""
    public_url: str
    """Where people reach the API."""
