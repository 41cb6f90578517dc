"""What a process keeps from one invocation to the next, all of it in one place.

Lambda starts an environment that knows nothing and uses it for many invocations. Whatever depends
on its variables, on AWS or on earlier messages is kept in the current `Runtime`, by functions that
are decorated with `kept`. What depends on nothing but its arguments may use functools.cache.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Runtime:
    """One environment: inside `with Runtime():` it is the current one.

    What was given to the one around it, such as a way to AWS, is given to it too.
    """

    def __init__(self) -> None:
        self.given: dict[Callable[..., Any], Any] = dict(_entered[-1].given) if _entered else {}
        self.values: dict[Callable[..., Any], dict[tuple[Any, ...], Any]] = {}
        self.restart()

    def give(self, function: Callable[[], T], value: T) -> None:
        """Let the kept `function` be `value` from now on, instead of what it would make."""
        self.given[function] = value
        self.values[function] = {(): value}

    def forget(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let the kept `function` be called again, with these arguments or else with any."""
        if arguments:
            self.values.get(function, {}).pop(arguments, None)
        else:
            self.values.pop(function, None)

    def restart(self) -> None:
        """Forget everything that was not given."""
        self.values = {function: {(): value} for function, value in self.given.items()}

    def __enter__(self) -> Self:
        _entered.append(self)
        return self

    def __exit__(self, *raised: object) -> None:
        _entered.pop()


_entered: list[Runtime] = []
_entered.append(Runtime())


def current() -> Runtime:
    return _entered[-1]


def kept(make: Callable[[*Ts], T]) -> Callable[[*Ts], T]:
    """Call `make` once for the same arguments in each runtime."""

    @wraps(make)
    def found(*arguments: *Ts) -> T:
        values = _entered[-1].values
        try:
            made: T = values[found][arguments]
        except KeyError:
            pass
        else:
            return made
        made = make(*arguments)
        values.setdefault(found, {})[arguments] = made
        return made

    return found
