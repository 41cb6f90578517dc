"""The commands that look at what would be deployed: no stack and no credentials are needed."""

import typer

from cli.printing import Json, show_value
from scripts.permissions import stack, tools, transformed

app = typer.Typer(help="What would be deployed, against what was meant; without a stack.")


GOOD = "every tool has what its manifest asks for, and no more"


@app.callback()
def lint() -> None:
    """Typer takes a single command for the whole, unless there is this."""


@app.command(epilog="Example: switchboard lint permissions")
def permissions(as_json: Json = False) -> None:
    """Compare every tool's manifest with the function and the role that SAM makes of the template,
    and look at the rules that hold for all. Each finding is a line, and any is an error."""
    resources = transformed.transformed()["Resources"]
    found = sorted({*tools.findings(resources), *stack.findings(resources)})
    show_value(found, as_json, lambda lines: "\n".join(lines) or GOOD)
    if found:
        raise typer.Exit(1)
