"""The commands of signing in by a provider of OpenID Connect."""

import time
from typing import Annotated

import typer

from cli import names
from cli import stack as stacks
from cli.printing import Json, show_value, stack_of
from cli.problems import CommandError
from switchboard import config
from switchboard.ledger import bindings, table

app = typer.Typer(
    name="signin", help="Signing in to the chat page by a provider of OpenID Connect."
)

Subject = Annotated[str, typer.Argument(help="the account's id at the provider, its `sub`")]


@app.command(epilog="Example: switchboard signin bind ada 248289761001")
def bind(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="the person's id, as ada")],
    subject: Subject,
    as_json: Json = False,
) -> None:
    """Let an account at the provider sign in as a person."""
    stack, issuer, name = stack_of(context), _issuer(), names.person(person)
    stacks.enter(stack)
    table.transact([bindings.bind_guard(issuer, subject, name, time.time()).item])
    show_value(f"{subject} of {issuer} signs in as {person}", as_json)


@app.command(epilog="Example: switchboard signin unbind 248289761001")
def unbind(context: typer.Context, subject: Subject, as_json: Json = False) -> None:
    """Let an account at the provider sign in as nobody."""
    stack, issuer = stack_of(context), _issuer()
    stacks.enter(stack)
    bindings.unbind(issuer, subject)
    show_value(f"{subject} of {issuer} signs in as nobody now", as_json)


def _issuer() -> str:
    told = config.load().signin.oidc
    if told is None:
        raise CommandError("config/switchboard.yaml names no provider: signin: {oidc: {issuer: …}}")
    return told.issuer
