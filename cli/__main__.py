"""The operator's command line: `switchboard COMMAND`, in the environment that `make` sets up."""

import argparse
import json
import sys
from collections.abc import Sequence

from msgspec import structs

from cli import connections, doctor, ledger, letters, people, sessions


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="switchboard", description=__doc__)
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

    unpair = commands.add_parser("unpair", help="let a sender act as nobody")
    unpair.add_argument("sender", help="channel/account/id, as slack/main/T1:U1")

    session = commands.add_parser("session", help="print a link to the chat page")
    session.add_argument("sender", help="the web channel's id of a paired person")

    rows = commands.add_parser("ledger", help="what is known about one message")
    rows.add_argument("what", choices=["show"])
    rows.add_argument("id", help="a run's id, a call's id, or a ref such as K7Q2MX")

    redrive = commands.add_parser("redrive", help="send what could not be handled in again")
    health = commands.add_parser("doctor", help="one page: what is wrong, and what to do")
    for command in (rows, redrive, health):
        command.add_argument("--json", action="store_true", help="for machines")
    return parser


def main(arguments: Sequence[str]) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command in {"ledger", "redrive", "doctor"}:
        return _report(asked)
    if asked.command == "connect":
        values = json.load(sys.stdin) if asked.values == ["-"] else _pairs(parser, asked.values)
        print(connections.connect(asked.stack, asked.what, values))
    elif asked.command == "pair":
        print(people.pair(asked.stack, asked.sender, asked.person, asked.role, asked.timezone))
    elif asked.command == "unpair":
        print(people.unpair(asked.stack, asked.sender))
    else:
        print(sessions.link(asked.stack, asked.sender))
    return 0


def _report(asked: argparse.Namespace) -> int:
    """Print for people or for machines; 1 when something needs attention."""
    if asked.command == "doctor":
        findings = doctor.examine(asked.stack)
        found = [structs.asdict(one) for one in findings]
        print(json.dumps(found) if asked.json else doctor.page(findings))
        return int(any(not one.good for one in findings))
    if asked.command == "redrive":
        counts = letters.redrive(asked.stack)
        sent, left = counts["redriven"], counts["unreadable"]
        said = f"{sent} messages were sent in again, {left} cannot be read"
        print(json.dumps(counts) if asked.json else said)
        return int(counts["unreadable"] > 0)
    history = ledger.show(asked.stack, asked.id)
    print(json.dumps(history) if asked.json else ledger.page(history))
    return 0


def _pairs(parser: argparse.ArgumentParser, values: Sequence[str]) -> dict[str, str]:
    if any("=" not in value for value in values):
        parser.error("write values as name=value")
    return dict(value.split("=", 1) for value in values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
