"""One command line, from its words to its exit status."""

import json
import os
import sys
from collections.abc import Sequence
from typing import TextIO

import typer

from cli import problems
from cli.commands import app
from cli.problems import CommandError

HELP = {(), ("help",), ("-h",)}
"""How people ask what there is."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 something is wrong, 2 it was not written as it should be.

    What is wrong is one line of the error output, or with `--json` the output's `error`.
    """
    for stream in (sys.stdout, sys.stderr):
        _write_anything(stream)
    try:
        status = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough; Python would flush once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        print(f"switchboard: {problems.line(error)}", file=sys.stderr)
        return 1
    return status


def _run(arguments: Sequence[str]) -> int:
    words = ["--help"] if tuple(arguments) in HELP else list(arguments)
    try:
        if any(not word.isprintable() and _is_broken(word) for word in words):
            raise CommandError("what was typed is no UTF-8: type or copy it again")
        done = app(words, prog_name="switchboard", standalone_mode=False)
    except BrokenPipeError:
        raise
    except problems.EXPECTED as error:
        said = problems.line(error)
        if "--json" in words:
            print(json.dumps({"error": said}))
        else:
            print(f"switchboard: {said}", file=sys.stderr)
        return int(getattr(error, "exit_code", 1))
    except typer.Abort:
        return 1
    return int(done or 0)


def _is_broken(word: str) -> bool:
    """Whether it has bytes that are no text."""
    return any("\ud800" <= sign <= "\udfff" for sign in word)


def _write_anything(stream: TextIO | None) -> None:
    """What the terminal's character set lacks is written as its number: nothing fails by it."""
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="backslashreplace")
