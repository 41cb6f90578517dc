"""Give channels and tools their values: encrypted parameters, split by who may read what."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import yaml

from cli import stack as stacks
from cli import vendors
from cli.names import account_of, one_of, tool, tools
from cli.problems import CommandError
from switchboard.channels import description

SHARED = ("api",)
"""Values of a channel that are not secret and that both directions may need."""
PAGE = "web/main"
"""The account of the chat page, whose sessions the console checks too."""
OAUTH = "oauth/"
"""Before the name of a tool: our client at its vendor's."""
CLIENT = ("client_id", "client_secret")
SIGNIN = "signin"
"""Our client at the provider of OpenID Connect by which people sign in."""
PREVIOUS = ".previous"
"""Ends the name of the value that still holds while its successor is brought to the vendor."""

CONFIG = Path(__file__).parents[1] / "config/switchboard.yaml"

Values = Mapping[str, str]


def connect(stack: str, what: str, values: Values) -> list[str]:
    """Store the values, and let the functions that read them read them anew; what to do next.

    What ingest verifies with and what deliver sends with stay apart. Raises CommandError that says
    what is missing, too short or unknown.
    """
    if what in description.names() and what not in tools():
        what = f"{what}/main"
    if what.startswith(OAUTH):
        return _client(stack, what.removeprefix(OAUTH), values)
    if what == SIGNIN:
        return _connect_signin(stack, values)
    if "/" not in what:
        _known(what, values)
        _store(stack, f"tools/{what}", "connection", values)
        return [f"{what} is connected", *_missing_in_config(what), *_first_call(what)]
    split(what, values)  # before anybody is asked who we are there
    into, out = split(what, {**vendors.looked_up(what, values), **values})
    _store(stack, "ingest", what, into)
    _store(stack, "deliver", what, out)
    if what == PAGE:
        _store(stack, "console", what, into)
    url = f"{stacks.outputs(stack)['Url']}/webhook/{what}"
    check, pair = (
        f"`switchboard {one}`" for one in (f"channels check {what}", f"pair {what}/ID NAME")
    )
    return [
        f"{what} is connected: its webhooks go to {url}",
        f"next: {check}, then write to it and pair whoever answers: {pair}",
    ]


def _connect_signin(stack: str, values: Values) -> list[str]:
    if set(values) != {"client_secret"} or not values["client_secret"].strip():
        raise CommandError("signing in needs client_secret=…, as the provider gave it")
    _store(stack, SIGNIN, "oidc", values)
    back = f"{stacks.outputs(stack)['Url']}/signin/callback"
    return [
        f"people sign in by the provider of config/switchboard.yaml, which leads back to {back}",
        "next: `switchboard signin bind NAME ID`, with the account's id there",
    ]


def tell_console(stack: str, values: Values) -> None:
    """Let the console check sessions by these values, which a stack of 0.1.0 has not told it."""
    if stacks.parameter(stack, "console").get(PAGE) != values:
        _store(stack, "console", PAGE, values)


def accounts(stack: str) -> list[str]:
    """The connected accounts, as `channel/account`."""
    return sorted(stacks.parameter(stack, "ingest"))


def split(what: str, values: Values) -> tuple[Values, Values]:
    """What ingest and what deliver are told of a channel's account. Raises as `connect` does."""
    channel, _ = account_of(what)
    found = description.load(channel)
    needed = {*found.receive.secrets, *found.outbound}
    known = needed | {*SHARED, *found.receive.us}
    for name in sorted(values):
        one_of(f"value of {what} called", name.removesuffix(PREVIOUS), sorted(known))
    where = f"docs/channels.md#{channel} says where they are"
    lacking = (name for name in needed if not values.get(name, "").strip())
    _none(f"{where}. {what} also needs", lacking)
    short = found.receive.lacking(values)
    least = (f"{name} (at least {found.receive.secrets[name].least} characters)" for name in short)
    _none(f"{what} needs longer values of", least)
    verifying = (*found.receive.secrets, *found.receive.us)
    return _of(verifying, values), _of(found.outbound, values)


def _known(name: str, values: Values) -> None:
    """Raises CommandError when the tool's manifest has no value of a name, or lacks a secret."""
    found = tool(name)
    mine = {*found.values, *found.secrets}
    if not mine:
        raise CommandError(f"{name} needs no values: there is nothing to connect")
    for value in sorted(values):
        one_of(f"value of {name} called", value, sorted(mine))
    _none(f"{name} also needs", (one for one in found.secrets if not values.get(one, "").strip()))


def _client(stack: str, name: str, values: Values) -> list[str]:
    """Store what the vendor of a tool has registered us as, by which people let it in there."""
    if tool(name).oauth is None:
        raise CommandError(f"{name} has no vendor that people let it in at: see its tool.yaml")
    for value in sorted(values):
        one_of(f"value of {OAUTH}{name} called", value, CLIENT)
    _none(f"{OAUTH}{name} also needs", (one for one in CLIENT if not values.get(one, "").strip()))
    _store(stack, f"{OAUTH}{name}", "client", values)
    url = f"{stacks.outputs(stack)['Url']}/connect/callback"
    return [
        f"people can let {name} in at its vendor's: write `/connect {name}` in a direct chat",
        f"register this address there, if it is not yet: {url}",
    ]


def _missing_in_config(name: str) -> list[str]:
    said = f"add `{name}: {{}}` below `tools:` in config/switchboard.yaml, and deploy"
    return [] if name in yaml.decode(CONFIG.read_bytes())["tools"] else [said]


def _first_call(name: str) -> list[str]:
    found = tool(name)
    first = found.default or next(iter(found.operations))
    return [f'next: `switchboard try "/{name} {first}"`']


def _none(what: str, names: Iterable[str]) -> None:
    found = sorted(names)
    if found:
        raise CommandError(f"{what}: {', '.join(found)}")


def _of(names: Iterable[str], values: Values) -> Values:
    """The values of these names, current and previous, and the shared ones."""
    mine = {*names, *SHARED}
    return {name: one for name, one in values.items() if name.removesuffix(PREVIOUS) in mine}


def _store(stack: str, parameter: str, table: str, values: Values) -> None:
    name = f"/{stack}/{parameter}"
    kept = stacks.parameter(stack, parameter) | {table: dict(values)}
    stacks.client("ssm").put_parameter(
        Name=name,
        Value=json.dumps(kept),
        Type="SecureString",
        Tier="Intelligent-Tiering",  # 4 KB cost nothing; all channels together have some more
        KeyId=stacks.outputs(stack)["KeyId"],
        Overwrite=True,
    )
    _renew(name)


def _renew(parameter: str) -> None:
    """End the environments that have read the parameter: their next call starts with it anew.

    A warm one would go on with what it has read, and refuse what a new secret has signed.
    """
    client = stacks.client("lambda")
    pages: Any = client.get_paginator("list_functions")
    for page in pages.paginate():
        for function in page["Functions"]:
            told = function.get("Environment", {}).get("Variables", {})
            if parameter in told.values():
                _restart(client, function, f"{parameter} of {datetime.now(UTC):%Y-%m-%d %H:%M:%S}")


def _restart(client: Any, function: Mapping[str, Any], why: str) -> None:
    """AWS ends environments for a new description, the local AWS for a timeout that is given."""
    name = function["FunctionName"]
    change = {"FunctionName": name, "Description": why, "Timeout": function["Timeout"]}
    try:
        client.update_function_configuration(**change)
    except client.exceptions.ResourceConflictException:  # an update has not ended yet
        client.get_waiter("function_updated").wait(FunctionName=name)
        client.update_function_configuration(**change)
