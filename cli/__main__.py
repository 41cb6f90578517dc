"""The operator's command line: `python -m cli COMMAND --stack NAME`."""

import argparse
import json
import sys
from collections.abc import Sequence

from cli import connections, people, sessions


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m cli", description=__doc__)
    parser.add_argument("--stack", default="switchboard-dev", help="the stack's name")
    commands = parser.add_subparsers(required=True, dest="command")

    connect = commands.add_parser("connect", help="give a channel or a tool its values")
    connect.add_argument("what", help="a channel's account, as slack/main, or a tool, as github")
    connect.add_argument("values", nargs="*", metavar="name=value", help="- reads JSON from input")

    pair = commands.add_parser("pair", help="let a sender act as a person")
    pair.add_argument("sender", help="channel/account/id, as slack/main/T1:U1")
    pair.add_argument("person", help="the person's id, as ada")
    pair.add_argument("--role", choices=["guest", "member", "admin"], default="member")
    pair.add_argument("--timezone", default="", help="an IANA name, as Europe/Berlin")

    session = commands.add_parser("session", help="print a link to the chat page")
    session.add_argument("sender", help="the web channel's id of a paired person")

    asked = parser.parse_args(arguments)
    if asked.command == "connect":
        values = json.load(sys.stdin) if asked.values == ["-"] else _pairs(parser, asked.values)
        print(connections.connect(asked.stack, asked.what, values))
    elif asked.command == "pair":
        print(people.pair(asked.stack, asked.sender, asked.person, asked.role, asked.timezone))
    else:
        print(sessions.link(asked.stack, asked.sender))
    return 0


def _pairs(parser: argparse.ArgumentParser, values: Sequence[str]) -> dict[str, str]:
    if any("=" not in value for value in values):
        parser.error("write values as name=value")
    return dict(value.split("=", 1) for value in values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
