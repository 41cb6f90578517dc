"""The commands of the second factor; a module of their own for the length of the others'."""

import sys
from typing import Annotated

import typer

from cli import factors, people
from cli.printing import Json, show_value, stack_of
from cli.problems import line

app = typer.Typer(
    name="factor", help="Second factors: an authenticator app's codes, by which people approve."
)
admins = typer.Typer(name="admin", help="The first admin of a stack.")

Person = Annotated[str, typer.Argument(help="the person's id, as ada")]
Code = Annotated[str, typer.Option(help="the app's first code, to end what was begun before")]


@app.command(epilog="Example: switchboard factor enrol ada")
def enrol(
    context: typer.Context,
    person: Person,
    code: Code = "",
    link: Annotated[
        bool, typer.Option("--link", help="print a link instead, good once, for ten minutes")
    ] = False,
    as_json: Json = False,
) -> None:
    """Let a person's authenticator app scan its key, and take its first code.

    With --link the person does so in their browser, and sets a password for the chat page; give it
    to them by a way that nobody else reads.
    For scripts: with --json the key is printed only, and a second call with --code ends it.
    """
    stack = stack_of(context)
    if link:
        show_value(factors.link(stack, person), as_json)
        return
    if not code:
        begun = factors.begin(stack, person)
        show_value(begun, as_json, factors.page)
        if as_json:
            return
    codes = factors.finish(stack, person, code) if code else _asked(stack, person)
    show_value({"person": person, "recovery_codes": codes}, as_json, factors.keepsake)


@app.command(epilog="Example: switchboard factor recovery ada")
def recovery(context: typer.Context, person: Person, as_json: Json = False) -> None:
    """Print ten new recovery codes; the old ones hold no more."""
    codes = factors.renew_recovery(stack_of(context), person)
    show_value({"person": person, "recovery_codes": codes}, as_json, factors.keepsake)


@app.command(epilog="Example: switchboard factor reset ada")
def reset(context: typer.Context, person: Person, as_json: Json = False) -> None:
    """Take a person's factor and recovery codes away, as when a phone is lost."""
    show_value(factors.reset(stack_of(context), person), as_json)


@app.command("list", epilog="Example: switchboard factor list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Who has a second factor, and how it stands."""
    show_value(factors.listed(stack_of(context)), as_json, factors.table)


@admins.callback()
def administer() -> None:
    """The first admin of a stack."""


@admins.command(epilog="Example: switchboard admin init slack/main/T1:U1 ada")
def init(
    context: typer.Context,
    sender: Annotated[str, typer.Argument(help="channel/account/id, as slack/main/T1:U1")],
    person: Person,
    as_json: Json = False,
) -> None:
    """Let a sender act as an admin, and enrol them."""
    told = people.pair(stack_of(context), sender, person, "admin", "")
    print(told, file=sys.stderr if as_json else sys.stdout)
    enrol(context, person, as_json=as_json)


def _asked(stack: str, person: str) -> list[str]:
    """Ask for the app's code until it is right, or no further is taken."""
    while True:
        code = typer.prompt("The code that it shows now").strip()
        try:
            return factors.finish(stack, person, code)
        except factors.WrongCodeError as error:
            print(line(error), file=sys.stderr)
