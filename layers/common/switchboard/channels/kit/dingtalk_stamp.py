"""When DingTalk signed a webhook: in milliseconds, and for an hour."""

from switchboard.channels.base import fresh

WINDOW_SECONDS = 3600
"""The vendor's."""


def stamp_of(stamp: str, now: float) -> str:
    """A timestamp in milliseconds, as it was given. Raises BadSignatureError unless recent."""
    fresh(stamp[:-3] if stamp[-3:].isdigit() else "", now, WINDOW_SECONDS)
    return stamp
