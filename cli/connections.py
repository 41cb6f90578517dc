"""Give channels and tools their values: encrypted parameters, split by who may read what."""

import json
from collections.abc import Mapping

from cli import stack as stacks
from switchboard import channels

SHARED = ("api",)
"""Values of a channel that are not secret and that both directions may need."""


def connect(stack: str, what: str, values: Mapping[str, str]) -> str:
    """Store the values; what ingest verifies with and what deliver sends with stay apart.

    Raises SystemExit that says what is missing or unknown.
    """
    kind, _, account = what.partition("/")
    if not account:
        _merge(stack, f"tools/{kind}", "connection", values)
        return f"{kind} is connected"
    if kind not in channels.CHANNELS:
        raise SystemExit(f"There is no channel {kind}; there are: {', '.join(channels.CHANNELS)}")
    found = channels.kind(kind)
    needed = {*found.inbound, *found.outbound}
    missing = sorted(name for name in needed if not values.get(name, "").strip())
    if missing:
        raise SystemExit(f"{what} also needs: {', '.join(missing)}")
    unknown = sorted(set(values) - needed - set(SHARED))
    if unknown:
        raise SystemExit(f"{what} does not know: {', '.join(unknown)}")
    shared = [name for name in SHARED if name in values]
    _merge(stack, "ingest", what, {name: values[name] for name in (*found.inbound, *shared)})
    _merge(stack, "deliver", what, {name: values[name] for name in (*found.outbound, *shared)})
    return f"{what} is connected: {stacks.outputs(stack)['Url']}/webhook/{what}"


def _merge(stack: str, parameter: str, table: str, values: Mapping[str, str]) -> None:
    client = stacks.client("ssm")
    name = f"/{stack}/{parameter}"
    try:
        kept = json.loads(
            client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        )
    except client.exceptions.ParameterNotFound:
        kept = {}
    kept[table] = dict(values)
    client.put_parameter(
        Name=name,
        Value=json.dumps(kept),
        Type="SecureString",
        Tier="Intelligent-Tiering",  # 4 KB cost nothing; all channels together have some more
        KeyId=stacks.outputs(stack)["KeyId"],
        Overwrite=True,
    )
