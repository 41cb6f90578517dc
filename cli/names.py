"""Names that operators type: accounts, senders, people, tools, time zones. Wrong ones are refused.

Every refusal says which name is near, or else which there are.
"""

import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import available_timezones

from cli.problems import CommandError
from switchboard.channels import description
from switchboard.models import ACCOUNT
from switchboard.sdk import manifest
from switchboard.sdk.manifest import Manifest

TOOLS = Path(__file__).parents[1] / "functions/tools"
PERSON = re.compile(r"[\w.@+-]{1,64}")
STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
"""AWS CloudFormation API Reference, CreateStack, StackName."""
NEAR = 0.6
"""How much of two names must be the same for the one to be meant by the other."""
OFFSETS = "Etc/"
"""Zones whose sign is the opposite of what people write: none is guessed."""


def one_of(kind: str, name: str, known: Collection[str], what: str = "") -> str:
    """The name, which is one of those known. Raises CommandError with the nearest, or with all."""
    if name in known:
        return name
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else what or f"there are: {', '.join(known) or 'none'}"
    raise CommandError(f"there is no {kind} {name or '(empty)'}; {hint}")


def nearest(name: str, known: Collection[str]) -> str:
    """The name that is meant, as far as can be guessed: in other letters, its end, or mistyped."""
    ends = {one.rpartition("/")[2].casefold(): one for one in known}
    whole = ends | {one.casefold(): one for one in known}
    found = get_close_matches(name.casefold(), whole, n=1, cutoff=NEAR)
    return whole[found[0]] if found else ""


def stack(name: str) -> str:
    """The name of a stack on AWS. Raises CommandError."""
    if name and not STACK.fullmatch(name):
        raise CommandError(f"no stack is called {name}: write it as switchboard-dev")
    return name


def account_of(what: str) -> tuple[str, str]:
    """Channel and account of `channel/account`, or of the channel's account `main`.

    Raises CommandError when there is no such channel, or the account cannot be one.
    """
    channel, slash, account = what.partition("/")
    one_of("channel", channel, description.names())
    if not slash:
        return channel, "main"
    if not ACCOUNT.fullmatch(what):
        raise CommandError(
            f"{what} is no account: write it as {channel}/main, in lower case letters and digits"
        )
    return channel, account


def sender_of(what: str) -> tuple[str, str, str]:
    """Channel, account and id of `channel/account/id`. Raises CommandError."""
    channel, _, rest = what.partition("/")
    account, _, identity = rest.partition("/")
    if not identity.strip():
        raise CommandError("write the sender as channel/account/id, for example slack/main/T1:U1")
    if identity != identity.strip() or not identity.isprintable():
        raise CommandError("the sender's id has blanks around it or invisible signs: copy it again")
    return (*account_of(f"{channel}/{account}"), identity)


def person(name: str) -> str:
    """A person's id. Raises CommandError."""
    if not PERSON.fullmatch(name):
        raise CommandError(
            "write the person's id as one word of letters, digits and . _ @ + -, as ada"
        )
    return name


def tools() -> list[str]:
    """The tools that have a folder."""
    return sorted(path.parent.name for path in TOOLS.glob("*/tool.yaml"))


def tool(name: str) -> Manifest:
    """The manifest of a tool. Raises CommandError when there is none of this name."""
    there = ", ".join(tools())
    said = f"there are: {there}. A channel's account is written channel/account, as slack/main"
    return manifest.load(TOOLS / one_of("tool", name, tools(), said))


def timezone(name: str) -> str:
    """The name of a time zone, as it came. Raises CommandError.

    It is compared as it is written: some file systems find it in other letters, AWS does not.
    """
    known = available_timezones()
    if not name or name in known:
        return name
    guessed = [zone for zone in known if not zone.startswith(OFFSETS)]
    return one_of("time zone", name, guessed, "give an IANA name, as Europe/Berlin")
