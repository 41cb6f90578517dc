"""The one tree of errors; whether to retry is in the type.

AppError                       code, detail (logs), say and values (users)
├── RejectedError              the caller is wrong: answer, never retry
│   ├── BadSignatureError
│   ├── NotAllowedError
│   ├── BadRequestError
│   │   └── UnclearError      it has to be said better: the answer asks back, and is no fault
│   ├── ClosedWindowError  the platform takes no answer before the person's next message
│   └── GoneError          the chat is not there, or not for us
├── UnreadableError            a row that this release cannot read: it costs only itself
└── UnavailableError           the world is wrong: raise, let Lambda or SQS retry
    └── RateLimitedError       retry_after
"""

import math


class AppError(Exception):
    """Something went wrong on our side.

    `detail` is for logs. What a person reads is the phrase called `say` (by default the class's
    `code`), filled with `values`; the detail is never shown.
    """

    code = "internal"

    def __init__(self, detail: str = "", *, say: str = "", **values: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.say = say or self.code
        self.values = values


class RejectedError(AppError):
    """What was asked for cannot be done as asked."""

    code = "rejected"


class BadSignatureError(RejectedError):
    """The webhook was not signed by the channel it claims to come from."""

    code = "bad_signature"


class NotAllowedError(RejectedError):
    """This person may not do that."""

    code = "not_allowed"


class BadRequestError(RejectedError):
    """The call is malformed or names something that does not exist."""

    code = "bad_request"


class UnclearError(BadRequestError):
    """It is not said well enough to be done: the answer asks back. Nothing has failed."""

    code = "bad_request"


class ClosedWindowError(RejectedError):
    """The platform lets us answer only for a while after a person's message, and it is over."""

    code = "closed_window"


class GoneError(RejectedError):
    """The chat is not there, or not for us: whatever is sent to it is refused."""

    code = "gone"


class UnreadableError(AppError):
    """A row is broken, or of a release that this one does not understand."""


class UnavailableError(AppError):
    """Something we depend on did not answer as it should."""

    code = "unavailable"


class RateLimitedError(UnavailableError):
    """Something we depend on asked us to slow down."""

    code = "rate_limited"
    longest = 86_400.0

    def __init__(self, detail: str = "", *, retry_after: float = 1.0) -> None:
        self.retry_after = min(max(retry_after, 0.0), self.longest)
        """Seconds to wait before the next try."""
        super().__init__(detail, count=max(1, math.ceil(self.retry_after / 60)))
