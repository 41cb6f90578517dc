"""The commands: what each is called, takes and prints. What they do is in their modules."""

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer
from msgspec import DecodeError, json, to_builtins

from cli import accounts, connections, doctor, ledger, letters, messages, people, sessions, target
from cli.problems import CommandError
from switchboard.channels import description

app = typer.Typer(
    help="The operator's command line of Switchboard. Without --stack it is about the stack that "
    "`make run` runs on this machine.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
channels = typer.Typer(help="The channels: what there is, where webhooks go, whether all is well.")
rows = typer.Typer(help="What the ledger knows about one message.")
app.add_typer(channels, name="channels")
app.add_typer(rows, name="ledger")


class Role(StrEnum):
    guest = "guest"
    member = "member"
    admin = "admin"


def _channels(incomplete: str) -> list[str]:
    return [name for name in description.names() if name.startswith(incomplete)]


Sender = Annotated[str, typer.Argument(help="channel/account/id, as slack/main/T1:U1")]
Account = Annotated[
    str,
    typer.Argument(
        help="channel/account, as slack/main; slack alone means that", autocompletion=_channels
    ),
]
Base = Annotated[str, typer.Option(help="where the API answers, if behind another name")]
As = Annotated[str, typer.Option("--as", help="the chat page's sender; ada on this machine")]
Json = Annotated[bool, typer.Option("--json", help="print JSON, for machines")]


@app.callback()
def choose(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option(envvar="SWITCHBOARD_STACK", help="a stack on AWS, as switchboard-dev")
    ] = "",
) -> None:
    context.obj = stack


def _stack(context: typer.Context) -> str:
    return target.enter(context.obj)


def _sender(context: typer.Context, name: str) -> str:
    """The chat page's sender that is meant. Raises CommandError when none is named on AWS."""
    if not name and context.obj:
        raise CommandError("name the chat page's sender: the one that was paired as web/main/NAME")
    return name or target.here().person


def _print(value: Any, machines: bool, words: Callable[[Any], str] = str) -> None:
    print(json.encode(to_builtins(value)).decode() if machines else words(value))


def _findings(found: list[doctor.Finding], machines: bool) -> None:
    _print(found, machines, doctor.page)
    raise typer.Exit(int(any(not one.good for one in found)))


@app.command("try", epilog='Example: switchboard try "/help"')
def try_(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="what to write, as in the chat page")],
    sender: As = "",
    seconds: Annotated[float, typer.Option(help="how long to wait for the answer")] = 60.0,
    as_json: Json = False,
) -> None:
    """Send one message through the whole stack, and print its answer."""
    stack = _stack(context)
    told = messages.send(stack, _sender(context, sender), text, seconds)
    _print(told, as_json, messages.page)
    raise typer.Exit(int(told.error))


@app.command(epilog="Example: switchboard link ada")
def link(
    context: typer.Context,
    sender: Annotated[str, typer.Argument(help="as --as of `try`")] = "",
    as_json: Json = False,
) -> None:
    """Print a link that opens the chat page, good for 12 hours."""
    stack = _stack(context)
    _print(sessions.link(stack, _sender(context, sender)), as_json)


@app.command(epilog="Example: switchboard connect slack/main signing_secret=… bot_token=xoxb-…")
def connect(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="a channel's account, as slack/main, or a tool")],
    values: Annotated[list[str], typer.Argument(help="name=value …, or - to read JSON")],
    as_json: Json = False,
) -> None:
    """Give a channel's account or a tool its values, encrypted."""
    given = _read() if values == ["-"] else _pairs(values)
    _print(connections.connect(_stack(context), what, given), as_json, "\n".join)


@app.command(epilog="Example: switchboard pair slack/main/T1:U1 ada --role member")
def pair(  # noqa: PLR0913, PLR0917  what the command line takes
    context: typer.Context,
    sender: Sender,
    person: Annotated[str, typer.Argument(help="the person's id, as ada")],
    role: Role = Role.member,
    timezone: Annotated[str, typer.Option(help="an IANA name, as Europe/Berlin")] = "",
    as_json: Json = False,
) -> None:
    """Let a sender act as a person."""
    _print(people.pair(_stack(context), sender, person, role.value, timezone), as_json)


@app.command(epilog="Example: switchboard unpair slack/main/T1:U1")
def unpair(context: typer.Context, sender: Sender, as_json: Json = False) -> None:
    """Let a sender act as nobody, also for what they have asked for already."""
    _print(people.unpair(_stack(context), sender), as_json)


@channels.command("list", epilog="Example: switchboard channels list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """The channels, and which accounts are connected."""
    _print(accounts.listed(_stack(context)), as_json, accounts.table)


@channels.command(epilog="Example: switchboard channels url slack")
def url(context: typer.Context, account: Account, base: Base = "", as_json: Json = False) -> None:
    """The address to paste at the vendor."""
    _print(accounts.address(_stack(context), account, base), as_json)


@channels.command(epilog="Example: switchboard channels check slack")
def check(context: typer.Context, account: Account, base: Base = "", as_json: Json = False) -> None:
    """Look at values, webhook and credentials: what is wrong, and what to do."""
    _findings(accounts.check(_stack(context), account, base), as_json)


@app.command(epilog="Example: switchboard runs --limit 5")
def runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: Json = False,
) -> None:
    """The newest messages: their runs, calls and answers. Reads the whole ledger."""
    _print(ledger.recent(_stack(context), limit), as_json, ledger.lines)


@rows.command(epilog="Example: switchboard ledger show K7Q2MX")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="a run's id, a call's id, or a ref")],
    as_json: Json = False,
) -> None:
    """All that is known about one message, without anybody's words."""
    _print(ledger.show(_stack(context), name), as_json, ledger.story)


@app.command(epilog="Example: switchboard redrive")
def redrive(context: typer.Context, as_json: Json = False) -> None:
    """Send in again what could not be handled."""
    counts = letters.redrive(_stack(context))
    _print(counts, as_json, letters.page)
    raise typer.Exit(int(counts["unreadable"] > 0))


@app.command("doctor", epilog="Example: switchboard doctor")
def examine(context: typer.Context, as_json: Json = False) -> None:
    """One page: queues, stuck leases, dead letters, alarms, and what to do."""
    _findings(doctor.examine(_stack(context)), as_json)


def _read() -> dict[str, str]:
    try:
        return json.decode(sys.stdin.buffer.read(), type=dict[str, str])
    except DecodeError:
        raise CommandError("the input is no JSON object of names and values") from None


def _pairs(values: list[str]) -> dict[str, str]:
    if any("=" not in value for value in values):
        raise CommandError("write values as name=value, or - to read them as JSON from the input")
    return dict(value.split("=", 1) for value in values)
