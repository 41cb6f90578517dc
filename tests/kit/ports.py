"""Where our code meets the world: every call is counted here, and can be made to go wrong."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from switchboard.cloud.aws import AwsError
from tests.kit.clock import Clock

T = TypeVar("T")
When = Literal["before", "after"]


class Crash(BaseException):
    """The process is killed here: nothing of ours may catch it."""


def throttled() -> AwsError:
    return AwsError("ThrottlingException", 400, {})


def refused(code: str, status: int = 400) -> AwsError:
    return AwsError(code, status, {})


def dropped() -> ConnectionResetError:
    return ConnectionResetError("the connection was dropped")


@dataclass
class Fault:
    """What goes wrong with calls of one kind: after `skip` good ones, `times` in a row."""

    operation: str
    error: BaseException | None
    when: When
    skip: int
    times: int
    delay: float

    def meet(self, operation: str, when: When, clock: Clock) -> None:
        if when != self.when or self.operation not in {operation, "*"}:
            return
        if self.skip:
            self.skip -= 1
            return
        if self.times:
            self.times -= 1
            clock.advance(self.delay)
            if self.error is not None:
                raise self.error


@dataclass
class Interruption:
    """Raises `error` at the call with this number, once; `met` is what was called there."""

    number: int
    when: When
    error: BaseException
    seen: int = 0
    met: str = ""

    def __call__(self, operation: str, when: When) -> None:
        if when != self.when or self.met:
            return
        if self.seen == self.number:
            self.met = operation
            raise self.error
        self.seen += 1


class Ports:
    """All the world's calls in order: `dynamodb.UpdateItem`, `desk.add`, `chat.post`…

    `watch` is called before and after every call took effect; it may raise, or run something
    else meanwhile. A simulator needs no more.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[str] = []
        self.faults: list[Fault] = []
        self.watch: Callable[[str, When], None] | None = None

    def fail(  # noqa: PLR0913  all that may be said of a fault
        self,
        operation: str,
        error: BaseException | None,
        *,
        when: When = "before",
        skip: int = 0,
        times: int = 1,
        delay: float = 0.0,
    ) -> Fault:
        """Let calls of `operation` (`*` is any) fail before or after they take effect."""
        fault = Fault(operation, error, when, skip, times, delay)
        self.faults.append(fault)
        return fault

    def through(self, operation: str, effect: Callable[..., T], *asked: Any) -> T:
        """One call: counted, made, answered, unless a fault is in its way."""
        self.calls.append(operation)
        self._meet(operation, "before")
        answer = effect(*asked)
        self._meet(operation, "after")
        return answer

    def counted(self, prefixes: tuple[str, ...] = ("",)) -> Counter[str]:
        return Counter(call for call in self.calls if call.startswith(prefixes))

    def _meet(self, operation: str, when: When) -> None:
        if self.watch is not None:
            self.watch(operation, when)
        for fault in self.faults:
            fault.meet(operation, when, self.clock)
