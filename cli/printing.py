"""What all commands share: which stack is meant, and how they print."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from msgspec import json, to_builtins

from cli import target

Json = Annotated[bool, typer.Option("--json", help="print JSON, for machines")]


def stack_of(context: typer.Context) -> str:
    """The name of the stack that a command is about."""
    return target.enter(context.obj)


def show_value(value: Any, machines: bool, words: Callable[[Any], str] = str) -> None:
    print(json.encode(to_builtins(value)).decode() if machines else words(value))
