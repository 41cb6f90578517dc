"""`python -m tests.kit.specimens`: a row of every kind, and every message, of this release.

They go to `tests/contract/rows/<release>`. What a release has written stays there for good.
"""

import random
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import json, structs

from switchboard import audit, config
from switchboard.cloud import aws
from switchboard.config import Amounts
from switchboard.ledger import (
    accounts,
    asking,
    attempts,
    bindings,
    clock,
    credentials,
    dead_letters,
    factors,
    grants,
    held,
    leases,
    mailbox,
    ops,
    passwords,
    people,
    refs,
    replies,
    runs,
    sessions,
    stops,
    subscriptions,
    table,
    tickets,
    tries,
)  # fmt: skip
from switchboard.ledger.credentials import Credential
from switchboard.ledger.dead_letters import DeadLetter
from switchboard.ledger.factors import Factor, FactorState
from switchboard.ledger.mailbox import Letter
from switchboard.ledger.refs import Undoable
from switchboard.ledger.sessions import Entry
from switchboard.ledger.states import OpState, ReplyState
from switchboard.ledger.subscriptions import Subscriber
from switchboard.ledger.tickets import Ticket
from switchboard.models import (
    Ask,
    Attachment,
    Button,
    Command,
    Envelope,
    Fault,
    Hint,
    Observation,
    Result,
    Sender,
    StoredFile,
)
from switchboard.runtime import Runtime, current
from tests.kit import build, environment
from tests.kit.clock import START, Clock
from tests.kit.expressions import Item
from tests.kit.fakes import Aws
from tests.kit.stories import answered, record, started

ROOT = Path(__file__).resolve().parents[2]
ROWS = ROOT / "tests/contract/rows"
LANE, SOURCE = "web/main/ada", "github/main/example/repo"
USED = Amounts(messages=1, calls=1, tokens=7, money=0.5)
TOKEN, DAY = "a token", f"audit#{int(START // 86_400)}"
ALONE = {"attempts", "factor", "grant", "oidc", "password", "session", "ticket", "tries"}
"""Kinds of which there is one row, under a sort key of their name."""
ADD = ("notes.add", {"text": "bread"})


def release() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def written() -> dict[str, Any]:
    """Every kind of row as DynamoDB keeps it, and every message's body, by a name for each."""
    cloud = Aws(Clock())
    with _alone(cloud):
        found = {**_ops(cloud), **_replies(cloud), **_others(cloud)}
    return {**found, **_messages()}


def files() -> dict[str, str]:
    """The files of this release's folder."""
    return {f"{name}.json": _file(body) for name, body in written().items()}


@contextmanager
def _alone(cloud: Aws) -> Iterator[None]:
    """The AWS that everything reaches; holders' names are the same each time."""
    unique, chance = table.unique, random.Random(0)
    table.unique = lambda: chance.randbytes(16).hex()
    try:
        with Runtime():
            current().give(aws.transport, cloud)
            current().give(config.compiled, environment.compiled())
            yield
    finally:
        table.unique = unique


def _row(cloud: Aws, pk: str, sk: str) -> Item:
    return cloud.table.rows[pk, sk]


def _ops(cloud: Aws) -> dict[str, Item]:
    planned = record(build.command(asked_at=START, sender="web/main/ada"), number=1)
    started(record(build.command(number=2), number=2))
    for number, state in ((3, OpState.DONE), (4, OpState.FAILED), (5, OpState.UNKNOWN)):
        claim = started(record(build.command(number=number), number=number))
        ops.close(claim, build.result(number=number), state, START + 1)
    for number, state in ((6, OpState.EXPIRED), (7, OpState.STOPPED)):
        command = _change(number)
        ops.end(command, 0, build.failure(number=number), state, START + 1, place=0)
    _change(8)
    undoable = started(record(build.command(number=9), number=9))
    ops.close(undoable, build.result(number=9), OpState.DONE, START + 1, Undoable(START + 601))
    names = ("planned", "started", "done", "failed", "unknown", "expired", "stopped", "in-lane")
    found = {f"op-{name}": _op(cloud, number) for number, name in enumerate(names, 1)}
    ((_, ref),) = [key for key in cloud.table.rows if key[0] == f"ref#{LANE}"][:1]
    return found | {
        "run": _row(cloud, f"run#{build.run_id(1)}", "run"),
        "run-closed": _row(cloud, f"run#{build.run_id(3)}", "run"),
        "ref": _row(cloud, f"ref#{LANE}", ref),
        "op-undoable": _op(cloud, 9),
        "ref-undoable": _row(cloud, f"ref#{LANE}", refs.ref_of(undoable.command.id)),
        "lane": _row(cloud, f"lane#{LANE}", "lane"),
        "audit-intent": _row(cloud, DAY, f"{planned.id}#intent"),
        "audit-outcome": _row(cloud, DAY, f"{build.command(number=3).id}#outcome"),
    }


def _change(number: int) -> Command:
    return record(build.command(*ADD, number=number), changes=True, number=number)


def _op(cloud: Aws, number: int) -> Item:
    return _row(cloud, f"run#{build.run_id(number)}", "op#000")


def _replies(cloud: Aws) -> dict[str, Item]:
    offered = Fault(-32001, "It may have happened", (Button("Check", "/check K7Q2MX"),))
    hints = [answered(Result(id=build.run_id(11), error=offered), number=11)]
    hints += [answered(_result(number), number=number) for number in (12, 13, 14, 15)]
    taken = [replies.claim(hint, lease=60.0, now=START + 1) for hint in hints[1:]]
    _, sent, failed, kept = (one for one in taken if one is not None)
    replies.settle(sent, ReplyState.SENT)
    replies.settle(failed, ReplyState.FAILED)
    held.hold(kept, 1, START + 2)
    names = ("ready", "sending", "sent", "failed", "held")
    found = {
        f"reply-{name}": _row(cloud, f"run#{hint.run}", "answer#000")
        for name, hint in zip(names, hints, strict=True)
    }
    ((_, place),) = [key for key in cloud.table.rows if key[0] == f"held#{LANE}"]
    return found | {"held": _row(cloud, f"held#{LANE}", place)}


def _result(number: int) -> Result:
    stored = StoredFile("results/notes.txt", "notes.txt", "text/plain", 5)
    return build.result("three notes", number, files=(stored,), tainted=False)


def _others(cloud: Aws) -> dict[str, Item]:
    ada, eve = build.envelope(number=21), build.envelope(number=22, sender=Sender("eve"))
    people.pair("web", "main", "ada", build.person(timezone="Europe/Berlin"))
    _said(
        structs.replace(ada, kept_as="m-21"),
        audit.controlled(ada, "ada", "stop all", START),
        _guards(ada),
    )
    refusal = people.first_refusal_guards(eve, START)
    _said(eve, audit.denied(eve, "", "unknown_sender", START), refusal)
    accounts.record_failure("slack/main", "is_archived", START)
    leases.claim("token/slack/main", 15.0, START)
    facts = {"id": "l-1", "in_reply_to": "m-1", "text": "three notes", "error": False, "files": ()}
    mailbox.leave(LANE, Letter(**facts, at=START))
    dead_letters.keep(DeadLetter(str(build.run_id(23)), build.encoded(ada), START))
    clock.record_tick("sweep", 60.0, START)
    tries.note("a message", START)
    _proves()
    asked = _asks()
    keys = {
        "usage": ("usage#ada", "2026-09-21"),
        "subscriptions": (f"subscriptions#{SOURCE}", "subscriptions"),
        "stop": ("stop#0", "stop"),
        "sender": ("sender#web/main/ada", "sender"),
        "sender-refused": ("stranger#web/main/eve", "stranger"),
        "broken": (accounts.PARTITION, "slack/main"),
        "lease": ("lease#token/slack/main", "lease"),
        "letter": (f"mailbox#{LANE}", f"{START:017.6f}-l-1"),
        "said": (f"mailbox#{LANE}", f"{START:017.6f}-m-21"),
        "dead": (dead_letters.PARTITION, str(build.run_id(23))),
        "clock": ("clock#sweep", "clock"),
        "audit-control": (DAY, f"{ada.id}#control"),
        "audit-denied": (DAY, f"{eve.id}#denied"),
    }
    keys |= {name: (f"question#{LANE}", ref) for name, ref in asked.items()}
    keys |= {sk: (pk, sk) for pk, sk in cloud.table.rows if sk in ALONE}
    keys |= {"credential": ("credential#desk", "ada"), "connected": ("connected#ada", "desk")}
    return {name: _row(cloud, *key) for name, key in keys.items()}


def _proves() -> None:
    """Ada is enrolled, and has tried a wrong code; she has a link, and has connected the desk."""
    factors.begin("ada", "sealed", START)
    begun = factors.ready("ada", FactorState.PENDING, START)
    first = factors.activate_guard(begun, 7, ["hash-1", "hash-2"], LookupError())
    table.transact([first.item])
    table.transact([factors.recovery_guard(_factor(), 0, LookupError()).item])
    factors.reserve(_factor(), START)
    told = {"tool": "desk"}
    link = Ticket(purpose="connect", person="ada", sender="web/main/ada", data=told)
    given = Credential(tool="desk", person="ada", sealed="s", renewal="r", until=START + 60)
    kept = credentials.keep_items(given, START)
    table.transact([tickets.issue_guard(TOKEN, link, START).item, *kept])
    credentials.begin_renewal(given, START)
    # and is signed in at the chat page
    attempts.reserve("as ada", 9, START)
    entry = Entry(person="ada", way="password", proof="proof", amr=("pwd", "otp"))
    begun = sessions.begin_guard(TOKEN, "ada", entry, START)
    bound = bindings.bind_guard("https://accounts.example.com", "7", "ada", START)
    table.transact([passwords.set_guard("ada", "hash", START).item, begun.item, bound.item])


def _asks() -> dict[str, str]:
    """Ada is asked about a call, and has approved another; of two more one has not ended yet."""
    call = build.command("notes.burn", {"text": "all"}, number=24, asked_at=START)
    first = build.command("notes.burn", {"text": "b"}, number=25, asks=Ask(together=2))
    for one in (build.asked_call(call, asks=Ask(four_eyes=True)), build.asked_call(first)):
        (row, *_), *_ = asking.settle_items(one.command, one, START)
        table.transact([row])
    table.transact([grants.use_item("jti-1", str(call.id), START, first=True)])
    names = {"question": call, "question-gathering": first}
    return {name: refs.ref_of(asking.id_of(one)) for name, one in names.items()}


def _factor() -> Factor:
    return factors.ready("ada", FactorState.ACTIVE, START)


def _said(envelope: Envelope, entry: audit.Record, guards: list[table.Guard]) -> None:
    runs.commit(envelope, locale="en", audits=[entry], guards=guards, now=START)


def _guards(envelope: Envelope) -> list[table.Guard]:
    """What a message may change with its commit."""
    caps = Amounts(messages=9, calls=9, tokens=99, money=9.0)
    here = Subscriber(
        channel="web", account="main", sender="ada", lane=LANE, reply_to=envelope.reply_to,
        locale="en", topics=("issues",),
    )  # fmt: skip
    return [
        people.charge_guard("ada", "2026-09-21", USED, caps, START),
        subscriptions.change_guard(subscriptions.read(SOURCE), (here,)),
        *stops.stop_guards("", START),
    ]


def _messages() -> dict[str, Any]:
    """What is in the queues, and what functions are invoked with."""
    file = Attachment("uploads/1", "a.pdf", "application/pdf", 9, {"file_id": "7"})
    envelope: Envelope = build.envelope(attachments=(file,), trace="Root=1")
    hint = Hint(build.run_id(1), 0)
    command = build.command(attachments=(file,), asked_at=START, sender="web/main/ada")
    made = {"envelope": envelope, "hint": hint, "command": command}
    made["observation"] = Observation(build.run_id(1), 1)
    return {f"message-{name}": json.decode(build.encoded(one)) for name, one in made.items()}


def _file(body: Any) -> str:
    return json.format(json.encode(body, order="sorted"), indent=1).decode() + "\n"


def main() -> int:
    """Write this release's folder anew."""
    environment.provide()
    folder = ROWS / release()
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files().items():
        (folder / name).write_text(body, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
