"""The commands about people: who acts as whom, and with which role."""

from enum import StrEnum
from typing import Annotated

import typer

from cli import people
from cli.printing import Json, show_value, stack_of

app = typer.Typer()


class Role(StrEnum):
    guest = "guest"
    member = "member"
    admin = "admin"


Sender = Annotated[str, typer.Argument(help="channel/account/id, as slack/main/T1:U1")]
Person = Annotated[str, typer.Argument(help="the person's id, as ada")]
Zone = Annotated[str, typer.Option(help="an IANA name, as Europe/Berlin")]


@app.command(epilog="Example: switchboard pair slack/main/T1:U1 ada --role member")
def pair(  # noqa: PLR0913, PLR0917  what the command line takes
    context: typer.Context,
    sender: Sender,
    person: Person,
    role: Annotated[Role, typer.Option(case_sensitive=False)] = Role.member,
    timezone: Zone = "",
    as_json: Json = False,
) -> None:
    """Let a sender act as a person."""
    show_value(people.pair(stack_of(context), sender, person, role.value, timezone), as_json)


@app.command(epilog="Example: switchboard invite ada --role admin")
def invite(
    context: typer.Context,
    person: Person,
    role: Role = Role.member,
    timezone: Zone = "",
    as_json: Json = False,
) -> None:
    """Print a code: who writes it to Switchboard in a chat is that person."""
    show_value(people.invite(stack_of(context), person, role.value, timezone), as_json)


@app.command(epilog="Example: switchboard who")
def who(context: typer.Context, as_json: Json = False) -> None:
    """Who is paired, with which role, and by which senders."""
    show_value(people.listed(stack_of(context)), as_json, people.lines)


@app.command(epilog="Example: switchboard unpair slack/main/T1:U1")
def unpair(context: typer.Context, sender: Sender, as_json: Json = False) -> None:
    """Let a sender act as nobody, also for what they have asked for already."""
    show_value(people.unpair(stack_of(context), sender), as_json)


@app.command(epilog="Example: switchboard forget ada")
def forget(
    context: typer.Context,
    person: Person,
    as_json: Json = False,
) -> None:
    """Remove a person wholly: who acts as them, their second factor, their subscriptions."""
    show_value(people.forget(stack_of(context), person), as_json)
