"""The operator's command line: `switchboard COMMAND`, in the environment that `make` sets up."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from cli import accounts, connections, doctor, ledger, letters, people, sessions

REPORTS = {"channels", "ledger", "redrive", "doctor"}
"""Commands that print for people or, with --json, for machines."""


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
    _add_reports(commands)
    return parser


def _add_reports(commands: Any) -> None:
    shown = commands.add_parser("channels", help="the channels, a webhook's address, a check of it")
    shown.add_argument("what", choices=["list", "url", "check"])
    shown.add_argument("account", nargs="?", default="", help="as slack/main, or slack for that")
    shown.add_argument("--base", default="", help="where the API answers, if behind another name")

    rows = commands.add_parser("ledger", help="what is known about one message")
    rows.add_argument("what", choices=["show"])
    rows.add_argument("id", help="a run's id, a call's id, or a ref such as K7Q2MX")

    redrive = commands.add_parser("redrive", help="send what could not be handled in again")
    health = commands.add_parser("doctor", help="one page: what is wrong, and what to do")
    for command in (shown, rows, redrive, health):
        command.add_argument("--json", action="store_true", help="for machines")


def main(arguments: Sequence[str]) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command in REPORTS:
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
    if asked.command == "channels":
        return _channels(asked)
    if asked.command == "doctor":
        return _findings(doctor.examine(asked.stack), asked.json)
    if asked.command == "redrive":
        counts = letters.redrive(asked.stack)
        sent, left = counts["redriven"], counts["unreadable"]
        said = f"{sent} messages were sent in again, {left} cannot be read"
        print(json.dumps(counts) if asked.json else said)
        return int(counts["unreadable"] > 0)
    history = ledger.show(asked.stack, asked.id)
    print(json.dumps(history) if asked.json else ledger.page(history))
    return 0


def _channels(asked: argparse.Namespace) -> int:
    if asked.what == "list":
        known = accounts.listed(asked.stack)
        print(json.dumps(to_builtins(known)) if asked.json else accounts.table(known))
        return 0
    if not asked.account:
        raise SystemExit("Name the account, for example slack/main")
    if asked.what == "check":
        return _findings(accounts.check(asked.stack, asked.account, asked.base), asked.json)
    url = accounts.address(asked.stack, asked.account, asked.base)
    print(json.dumps(url) if asked.json else url)
    return 0


def _findings(findings: list[doctor.Finding], machines: bool) -> int:
    print(json.dumps(to_builtins(findings)) if machines else doctor.page(findings))
    return int(any(not one.good for one in findings))


def _pairs(parser: argparse.ArgumentParser, values: Sequence[str]) -> dict[str, str]:
    if any("=" not in value for value in values):
        parser.error("write values as name=value")
    return dict(value.split("=", 1) for value in values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
