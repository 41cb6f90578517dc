"""The commands: what each is called, takes and prints. What they do is in their modules."""

import sys
from typing import Annotated

import typer

from cli import (
    accounts,
    connections,
    doctor,
    factor_commands,
    ledger,
    letters,
    lint_commands,
    messages,
    names,
    people_commands,
    policy_commands,
    sessions,
    signin_commands,
    target,
)
from cli import values as typed
from cli.printing import Json, show_value, stack_of
from cli.problems import CommandError
from switchboard.channels import description

HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    help="The operator's command line of Switchboard. Without --stack it is about the stack that "
    "`make run` runs on this machine.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)
channels = typer.Typer(help="The channels: what there is, where webhooks go, whether all is well.")
rows = typer.Typer(help="What the ledger knows about one message.")
app.add_typer(channels, name="channels")
app.add_typer(rows, name="ledger")
app.add_typer(policy_commands.app, name="policy")
app.add_typer(lint_commands.app, name="lint")
for group in (factor_commands.app, factor_commands.admins, signin_commands.app):
    app.add_typer(group, name=group.info.name)
app.registered_commands += people_commands.app.registered_commands


def _channels(incomplete: str) -> list[str]:
    return [name for name in description.names() if name.startswith(incomplete)]


Account = Annotated[
    str,
    typer.Argument(
        help="channel/account, as slack/main; slack alone means that", autocompletion=_channels
    ),
]
Base = Annotated[str, typer.Option(help="where the API answers, if behind another name")]
As = Annotated[str, typer.Option("--as", help="the chat page's sender; ada on this machine")]


@app.callback()
def choose(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option(envvar="SWITCHBOARD_STACK", help="a stack on AWS, as switchboard-dev")
    ] = "",
) -> None:
    context.obj = names.stack(stack)


def _sender(context: typer.Context, name: str) -> str:
    """The chat page's sender that is meant. Raises CommandError when none is named on AWS."""
    if not name and context.obj:
        raise CommandError("name the chat page's sender: the one that was paired as web/main/NAME")
    return name or target.here().person


def _findings(found: list[doctor.Finding], machines: bool) -> None:
    show_value(found, machines, doctor.page)
    raise typer.Exit(int(any(not one.good for one in found)))


@app.command("try", epilog='Example: switchboard try "/help"')
def try_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="what to write, as in the chat page")],
    sender: As = "",
    seconds: Annotated[
        int, typer.Option(min=1, max=900, help="how long to wait for the answer")
    ] = 60,
    as_json: Json = False,
) -> None:
    """Send one message through the whole stack, and print its answer."""
    stack = stack_of(context)
    told = messages.send(stack, _sender(context, sender), text, seconds)
    show_value(told, as_json, messages.page)
    raise typer.Exit(int(told.error))


@app.command(epilog="Example: switchboard link ada")
def link(
    context: typer.Context,
    sender: Annotated[str, typer.Argument(help="as --as of `try`")] = "",
    as_json: Json = False,
) -> None:
    """Print a link that opens the chat page, good for 12 hours."""
    stack = stack_of(context)
    show_value(sessions.link(stack, _sender(context, sender)), as_json)


@app.command(epilog="Example: switchboard connect slack/main signing_secret=… bot_token=xoxb-…")
def connect(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(help="a channel's account, as slack/main, a tool, or oauth/TOOL")
    ],
    values: Annotated[
        list[str] | None, typer.Argument(help="name=value …, or - to read JSON")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a channel's account or a tool its values, encrypted."""
    given = typed.read(_input()) if values == ["-"] else typed.pairs(values or [])
    show_value(connections.connect(stack_of(context), what, given), as_json, "\n".join)


@channels.command("list", epilog="Example: switchboard channels list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """The channels, and which accounts are connected."""
    show_value(accounts.listed(stack_of(context)), as_json, accounts.table)


@channels.command(epilog="Example: switchboard channels url slack")
def url(context: typer.Context, account: Account, base: Base = "", as_json: Json = False) -> None:
    """The address to paste at the vendor."""
    show_value(accounts.address(stack_of(context), account, base), as_json)


@channels.command(epilog="Example: switchboard channels manifest slack")
def manifest(
    context: typer.Context, account: Account, base: Base = "", as_json: Json = False
) -> None:
    """An app to paste at the vendor, with our address: for Slack."""
    show_value(accounts.manifest(stack_of(context), account, base), as_json)


@channels.command(epilog="Example: switchboard channels check slack")
def check(context: typer.Context, account: Account, base: Base = "", as_json: Json = False) -> None:
    """Look at values, webhook and credentials: what is wrong, and what to do."""
    _findings(accounts.check(stack_of(context), account, base), as_json)


@app.command(epilog="Example: switchboard runs --limit 5")
def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
) -> None:
    """The newest messages: their runs, calls and answers. Reads the whole ledger."""
    show_value(ledger.recent(stack_of(context), limit), as_json, ledger.lines)


@rows.command(epilog="Example: switchboard ledger show K7Q2MX")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="a run's id, a call's id, or a ref")],
    as_json: Json = False,
) -> None:
    """All that is known about one message, without anybody's words."""
    show_value(ledger.show(stack_of(context), name), as_json, ledger.story)


@app.command(epilog="Example: switchboard redrive")
def redrive(context: typer.Context, as_json: Json = False) -> None:
    """Send in again what could not be handled."""
    counts = letters.redrive(stack_of(context))
    show_value(counts, as_json, letters.page)
    raise typer.Exit(int(counts["unreadable"] > 0))


@app.command("doctor", epilog="Example: switchboard doctor")
def examine(context: typer.Context, as_json: Json = False) -> None:
    """One page: queues, stuck leases, dead letters, alarms, and what to do."""
    _findings(doctor.examine(stack_of(context)), as_json)


def _input() -> bytes:
    if sys.stdin is None:
        raise CommandError("there is no input to read the values from")
    if sys.stdin.isatty():
        print("reading JSON; Ctrl-D ends it", file=sys.stderr)
    return sys.stdin.buffer.read()
