"""What a process keeps from one invocation to the next, all of it in one place.

Lambda starts an environment that knows nothing and uses it for many invocations. Whatever depends
on its variables, on AWS or on earlier messages is kept in the current `Runtime`, by functions that
are decorated with `kept`. What depends on nothing but its arguments may use functools.cache.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self, TypeVar, TypeVarTuple

Values = dict[Callable[..., Any], dict[tuple[Any, ...], Any]]
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Runtime:
    """One environment: inside `with Runtime():` it is the current one.

    What was given to the one around it, such as a way to AWS, is given to it too.
    """

    def __init__(self) -> None:
        self.given: dict[Callable[..., Any], Any] = dict(_entered[-1].given) if _entered else {}
        self.values: Values = {}
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
        self.values.clear()
        self.values |= {function: {(): value} for function, value in self.given.items()}

    def __enter__(self) -> Self:
        _enter(self)
        return self

    def __exit__(self, *raised: object) -> None:
        _entered.pop()
        _enter(_entered.pop())


def _enter(runtime: Runtime) -> None:
    global _values  # noqa: PLW0603  one name, so that a look-up is one
    _entered.append(runtime)
    _values = runtime.values


_entered: list[Runtime] = []
_values: Values = {}
"""Those of the current runtime: they are looked up tens of times for every message."""
_enter(Runtime())


def current() -> Runtime:
    return _entered[-1]


def kept(make: Callable[[*Ts], T]) -> Callable[[*Ts], T]:
    """Call `make` once for the same arguments in each runtime."""

    @wraps(make)
    def found(*arguments: *Ts) -> T:
        try:
            return _values[found][arguments]  # type: ignore[no-any-return]
        except KeyError:
            pass  # and what `make` raises has nothing to do with that
        values = _values
        made = make(*arguments)
        values.setdefault(found, {})[arguments] = made
        return made

    return found
