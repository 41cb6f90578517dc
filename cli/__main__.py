"""The operator's command line: `switchboard COMMAND`, in the environment that `make` sets up."""

import sys
from collections.abc import Sequence

import typer

from cli import problems
from cli.commands import app


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 something is wrong, 2 it was not written as it should be.

    What is wrong is one line of the error output.
    """
    try:
        done = app(list(arguments) or ["--help"], prog_name="switchboard", standalone_mode=False)
    except problems.EXPECTED as error:
        print(f"switchboard: {problems.line(error)}", file=sys.stderr)
        return int(getattr(error, "exit_code", 1))
    except typer.Abort:
        return 1
    return int(done or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
