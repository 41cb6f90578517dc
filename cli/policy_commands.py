"""The commands about the rules: what each is called, takes and prints."""

from typing import Annotated

import typer

from cli import policy
from cli.printing import Json, show_value
from switchboard.ledger.people import Person
from switchboard.models import Role

app = typer.Typer(help="Who may do what: the rules of config/policy.cedar, without a stack.")


@app.command(epilog="Example: switchboard policy check")
def check(as_json: Json = False) -> None:
    """Look whether the rules are right, against what the tools offer."""
    show_value(policy.check(), as_json)


@app.command(epilog='Example: switchboard policy explain ada "/github pulls.merge 12"')
def explain(  # noqa: PLR0913, PLR0917  what the command line takes
    person: Annotated[str, typer.Argument(help="the person's id, as ada")],
    call: Annotated[str, typer.Argument(help="the call, written as in a chat")],
    role: Annotated[Role, typer.Option(help="the person's")] = "member",
    group: Annotated[bool, typer.Option(help="asked in a group chat")] = False,
    tainted: Annotated[
        bool, typer.Option(help="planned after words of third parties were read")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what the rules say about a call, now: which rule decides, and who has to agree."""
    who = Person(id=person, name=person, role=role)
    chat = "group" if group else "direct"
    show_value(policy.explain(who, call, chat, tainted=tainted), as_json)
