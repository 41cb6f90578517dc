"""A person's authenticator app."""

import pyotp

from switchboard.credentials import codes

STEP = codes.STEP_SECONDS


class Phone:
    """Enrolled for `person`, a while before `now`."""

    def __init__(self, person: str, now: float) -> None:
        earlier = now - 10 * STEP
        self._app = pyotp.TOTP(codes.enrol(person, earlier))
        self.recovery = codes.activate(person, self.code(earlier), earlier)

    def code(self, now: float) -> str:
        """What it shows."""
        return self._app.at(int(now))

    def wrong(self, now: float) -> str:
        """Six digits that it does not show, nor a moment ago or later."""
        shown = {self.code(now + apart) for apart in (-STEP, 0, STEP)}
        return next(digit * 6 for digit in "0123456789" if digit * 6 not in shown)
