"""What the guard says no with."""


class GuardError(PermissionError):
    """The manifest does not name it. `strerror` is a constant phrase: no words of people.

    An OSError, because a library that meets one in the middle of its work is prepared for that.
    """

    def __init__(self, why: str) -> None:
        super().__init__(1, why)  # EPERM
