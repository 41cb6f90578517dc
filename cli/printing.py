"""What all commands share: which stack is meant, and how they print."""

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer
from msgspec import to_builtins

from cli import target

Json = Annotated[bool, typer.Option("--json", help="print JSON, for machines")]


def stack_of(context: typer.Context) -> str:
    """The name of the stack that a command is about."""
    return target.enter(context.obj)


def show_value(value: Any, machines: bool, words: Callable[[Any], str] = str) -> None:
    print(json.dumps(to_builtins(value)) if machines else words(value))
